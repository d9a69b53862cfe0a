using ImgShrink.Blocks;
using ImgShrink.SampleCards;
using ImgShrink.SampleCards.Disk;
using ImgShrink.SampleCards.Ext;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>Small cards that are made once and then only read; tests that damage one take a copy.</summary>
/// <remarks>Their length is no whole number of MiB, and the root has two block groups.</remarks>
public sealed class SampleCards : IDisposable
{
    private const long Size = 200_000_000;

    private readonly TempFolder _folder = new();

    public SampleCards()
    {
        Partitions = Make("pi.img", ExtFlavour.RaspberryPi);
        Make("csum.img", ExtFlavour.Default);
        string volume = _folder["volume.img"];
        using var card = new RawImageFile(Pi);
        CopyTo(new BlockWindow(card, Partitions.Root), volume, card.DataRanges().Intersect(RangeSet.Of(Partitions.Root)), Partitions.Root.Start);
    }

    /// <summary>Where the partitions of both cards lie.</summary>
    public CardPartitions Partitions { get; }

    /// <summary>A card whose root has no checksums, as Raspberry Pi OS has it; with noise between the table and partition 1.</summary>
    public string Pi => _folder["pi.img"];

    /// <summary>The same with metadata checksums.</summary>
    public string WithChecksums => _folder["csum.img"];

    /// <summary>The root of <see cref="Pi"/> as a bare volume.</summary>
    public string Volume => _folder["volume.img"];

    /// <summary>A copy that a test may change, with the holes of the original.</summary>
    public static string Copy(string from, string to)
    {
        using var source = new RawImageFile(from);
        CopyTo(source, to, source.DataRanges(), 0);
        return to;
    }

    public void Dispose() => _folder.Dispose();

    private static void CopyTo(IBlockSource source, string path, RangeSet data, long start)
    {
        using var target = new SparseFileStore(path, source.Length);
        foreach (ByteRange range in data.Ranges())
        {
            for (long at = range.Start; at < range.End; at += 1 << 20)
                target.Write(at - start, source.ReadBytes(at - start, (int)Math.Min(1 << 20, range.End - at)));
        }
    }

    private CardPartitions Make(string name, ExtFlavour flavour)
    {
        var options = new SampleCardOptions { Size = Size, Fill = 10_000_000, Root = new ExtFormat { Flavour = flavour } };
        CardPartitions partitions = SampleCard.Create(_folder[name], options);
        using FileStream file = File.OpenWrite(_folder[name]);
        file.Position = 512;
        file.Write(Noise.Bytes(7, (int)partitions.Boot.Start - 512));
        return partitions;
    }
}

/// <summary>The tests that share the cards.</summary>
[CollectionDefinition(nameof(SampleCards))]
public sealed class SampleCardsCollection : ICollectionFixture<SampleCards>;
