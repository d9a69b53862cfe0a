using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Tests;

/// <summary>No damage makes a volume give up something that it held.</summary>
public class MapDamageTests
{
    [Theory]
    [InlineData("exfat", 600)]
    [InlineData("ntfs", 600)]
    [InlineData("btrfs", 300)]
    [InlineData("xfs", 300)]
    [InlineData("f2fs", 300)]
    public void Seeded_damage_never_makes_less_of_it_count(string name, int seeds)
    {
        RangeSet sound = new MapImage(name).Open().DataRanges();
        ByteRange[] ranges = [.. sound.Ranges()];
        for (int seed = 0; seed < seeds; seed++)
        {
            var random = new Random(seed);
            var image = new MapImage(name);
            for (int i = random.Next(1, 5); i > 0; i--)
                image.Flip(Place(random, image.Store, ranges), (byte)random.Next(1, 256));
            try
            {
                Assert.Equal(sound.TotalBytes, sound.Intersect(image.Open().DataRanges()).TotalBytes);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"seed {seed}", error);
            }
        }
    }

    // A byte that is not zero, so that it hits structures rather than the space between them.
    private static long Place(Random random, IBlockSource volume, ByteRange[] ranges)
    {
        while (true)
        {
            ByteRange range = ranges[random.Next(ranges.Length)];
            long at = range.Start + random.NextInt64(range.Length);
            if (volume.ReadBytes(at, 1)[0] != 0)
                return at;
        }
    }
}
