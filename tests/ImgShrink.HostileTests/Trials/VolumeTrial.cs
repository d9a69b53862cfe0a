using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Partitions;
using ImgShrink.Pipeline;

namespace ImgShrink.HostileTests.Trials;

/// <summary>What is done with a hostile image: everything that the program does with one, but for writing it out.</summary>
internal sealed class VolumeTrial(IBlockSource image) : IDisposable
{
    private const int Piece = 1 << 20;

    private readonly CountedImage _source = new(image);

    /// <summary>The planned result; null where there is none.</summary>
    public TargetView? Target { get; private set; }

    public void Dispose() => _source.Dispose();

    /// <summary>Looks at it, reads its files, and shrinks it.</summary>
    /// <exception cref="Exception">A bug: nothing but an <see cref="ImgShrinkException"/> may come out of a job.</exception>
    public Ending Run()
    {
        try
        {
            InfoJob.Look(_source, _source.Path, salvage: true, withMap: false, CancellationToken.None);
            return Shrink();
        }
        catch (ImgShrinkException refused)
        {
            Assert.False(string.IsNullOrWhiteSpace(refused.Message));
            return Ending.Refused;
        }
    }

    /// <summary>As <see cref="ShrinkJob"/> does it.</summary>
    private Ending Shrink()
    {
        CardImage card = CardImage.Read(_source);
        IReadOnlyList<string>?[] before = Listings(card.Volumes);
        foreach (IFileVolume files in card.Volumes.Select(each => each.Volume).OfType<IFileVolume>())
            files.FilesIn(RangeSet.Of(new ByteRange(0, files.Bytes)));
        var options = new ShrinkOptions { Source = _source.Path, Room = ShrinkRoom.None, Expand = null, AllVolumes = true };
        VolumeChoice choice = VolumeChoice.Of(card, options);
        CancellationToken never = CancellationToken.None;
        CardPlan plan = CardPlan.Make(card, choice, options, never);
        TargetView target = TargetDisk.Compose(card, plan.Views, never);
        BootReferences.RequireKept(card, BootReferences.On(card, never), target, never);
        ReadAll(target);
        ExpectSameFiles(before, target);
        Target = target;
        return plan.Volumes.Count > 0 ? Ending.Shrunk : Ending.Kept;
    }

    private static void ReadAll(TargetView target)
    {
        var buffer = new byte[Piece];
        // The set holds whole sectors, and the image may end in one.
        foreach (ByteRange range in target.Data.Ranges())
            for (long at = range.Start, end = Math.Min(range.End, target.Length); at < end; at += buffer.Length)
                target.Bytes.Read(at, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)));
    }

    /// <summary>What could be read before can be read afterwards, and is the same.</summary>
    private static void ExpectSameFiles(IReadOnlyList<string>?[] before, TargetView target)
    {
        IReadOnlyList<string>?[] after = Listings(CardImage.OpenVolumes(target.Bytes, PartitionTable.Read(target.Bytes)));
        Assert.Equal(before.Length, after.Length);
        foreach (var (old, now) in before.Zip(after))
            if (old is not null)
                Assert.Equal(old, now);
    }

    private static IReadOnlyList<string>?[] Listings(IReadOnlyList<CardVolume> volumes) =>
        [.. volumes.Select(each => each.Volume is IFileVolume files ? FileListing.TryRead(files) : null)];
}
