using System.Diagnostics;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>Random bytes of the metadata changed: it ends with a sound plan or with a typed error, never otherwise.</summary>
/// <remarks>The images without checksums, which would catch nearly all of it at the door.</remarks>
public class RandomDamageTests(ITestOutputHelper output)
{
    private const int Rounds = 150;

    private static readonly byte[] _extremes = [0, 1, 0x7F, 0x80, 0xFF];

    [Theory]
    [InlineData("pi", 1)]
    [InlineData("pi", 2)]
    [InlineData("ext2", 3)]
    [InlineData("ext2", 4)]
    public void It_ends_with_a_plan_or_a_typed_error(string image, int seed)
    {
        output.WriteLine($"seed {seed}");
        byte[] original = EditedImage.Load(image);
        long[] places = MetadataPlaces(image);
        int planned = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var chance = new Random(seed * 100_000 + round);
            byte[] bytes = [.. original];
            for (int i = chance.Next(1, 4); i > 0; i--)
                Damage(bytes, places, chance);
            try
            {
                IVolume volume = FileSystemProbe.Open(new MemoryStore(bytes));
                if (volume is ExtVolume ext)
                {
                    Assert.InRange(ext.DataRanges().TotalBytes, 0, bytes.Length);
                    ext.PlanShrink(ShrinkRoom.None, CancellationToken.None);
                    planned++;
                }
            }
            catch (ImgShrinkException)
            {
                // Refused in a sentence: that is what should happen.
            }
            catch (Exception accident)
            {
                throw new UnreachableException($"Seed {seed}, round {round}: {accident.Message}", accident);
            }
        }

        output.WriteLine($"{planned} of {Rounds} were planned");
        Assert.InRange(planned, 1, Rounds - 1);
    }

    /// <summary>The superblock, descriptors, tables, maps and directories: where damage can be understood wrongly.</summary>
    private static long[] MetadataPlaces(string name)
    {
        var image = new EditedImage(name);
        var blocks = new List<long> { 1, 1, 1, 2, 2, 3 };
        for (int group = 0; group < image.Volume.Geometry.GroupCount; group++)
        {
            blocks.Add(image.Volume.Groups[group].BlockBitmap);
            blocks.AddRange(Enumerable.Range(0, 8).Select(i => image.Volume.Groups[group].InodeTable + i));
        }

        foreach (string path in (string[])["/late", "/indexed", "/dir", "/lost+found"])
            blocks.Add(image.BlockOf(image.Find(path), 0));
        foreach (string path in (string[])["/far", "/large", "/spread"])
            blocks.AddRange(image.MapOf(image.Find(path)).Nodes.Select(node => node.Block));
        return [.. blocks];
    }

    private static void Damage(byte[] bytes, long[] blocks, Random chance)
    {
        long at = blocks[chance.Next(blocks.Length)] * 1024 + chance.Next(1024);
        int count = chance.Next(4) == 0 ? 4 : 1;
        byte value = chance.Next(2) == 0 ? _extremes[chance.Next(_extremes.Length)] : (byte)chance.Next(256);
        bytes.AsSpan((int)at, (int)Math.Min(count, bytes.Length - at)).Fill(value);
    }
}
