using Xunit.Abstractions;

namespace ImgShrink.Blocks.Tests;

/// <summary>Range sets against one bit a sector.</summary>
public class RangeSetTests(ITestOutputHelper output)
{
    private const int Sector = RangeSet.SectorSize;
    private const int ChunkSectors = 65536;

    [Theory]
    [InlineData(1, 500, 40)] // few long runs
    [InlineData(2, 20_000, 3)] // so many short ones that a chunk becomes a bitmap
    [InlineData(3, 4000, 300)] // runs that grow together to whole chunks
    [InlineData(4, 60, 40_000)] // runs longer than a chunk
    public void Random_additions_equal_the_model(int seed, int additions, int longestRun)
    {
        output.WriteLine($"seed {seed}");
        var chance = new Random(seed);
        var set = new RangeSet();
        var model = new bool[3 * ChunkSectors + 100];
        for (int i = 0; i < additions; i++)
        {
            int start = chance.Next(model.Length - longestRun);
            int count = chance.Next(longestRun) + 1;
            // Any byte of the first and of the last sector will do.
            long firstByte = (long)start * Sector + chance.Next(Sector);
            long end = (long)(start + count - 1) * Sector + chance.Next(Sector) + 1;
            if (count == 1)
                end = Math.Max(end, firstByte + 1);
            set.Add(ByteRange.Between(firstByte, end));
            Array.Fill(model, true, start, count);
        }

        ExpectEqual(model, set);
    }

    [Fact]
    public void A_range_that_was_added_stays_when_its_chunk_becomes_a_bitmap()
    {
        var set = new RangeSet();
        var model = new bool[ChunkSectors];
        for (int sector = 0; sector < ChunkSectors; sector += 2)
        {
            set.Add(new ByteRange((long)sector * Sector, 1));
            model[sector] = true;
            if (sector is 4094 or 4096 or 4098)
                ExpectEqual(model, set);
        }

        ExpectEqual(model, set);
        for (int sector = 1; sector < ChunkSectors; sector += 2)
            set.Add(new ByteRange((long)sector * Sector, 1));
        Assert.Equal([new ByteRange(0, ChunkSectors * Sector)], set.Ranges());
    }

    [Fact]
    public void Runs_that_touch_over_a_chunk_border_are_one()
    {
        const long Border = (long)ChunkSectors * Sector;
        var set = new RangeSet();
        set.Add(new ByteRange(Border, 512));
        set.Add(new ByteRange(Border - 512, 512));
        set.Add(new ByteRange(3 * Border - 1, 2));
        Assert.Equal([new ByteRange(Border - 512, 1024), new ByteRange(3 * Border - 512, 1024)], set.Ranges());
        set.Add(ByteRange.Between(0, 3 * Border));
        Assert.Equal([ByteRange.Between(0, 3 * Border + 512)], set.Ranges());
    }

    [Fact]
    public void Ranges_are_rounded_outward_to_sectors()
    {
        Assert.Equal([new ByteRange(0, 512)], RangeSet.Of(new ByteRange(511, 1)).Ranges());
        Assert.Equal([new ByteRange(0, 1024)], RangeSet.Of(new ByteRange(511, 2)).Ranges());
        Assert.Equal([new ByteRange(512, 512)], RangeSet.Of(new ByteRange(512, 512)).Ranges());
        Assert.True(RangeSet.Of(new ByteRange(512, 0)).IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => RangeSet.Of(new ByteRange(-1, 10)));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Sets_are_shifted_and_intersected_like_the_model(int seed)
    {
        output.WriteLine($"seed {seed}");
        var chance = new Random(seed);
        var (left, leftModel) = RandomSet(chance);
        var (right, rightModel) = RandomSet(chance);
        ExpectEqual([.. leftModel.Zip(rightModel, (one, other) => one && other)], left.Intersect(right));

        int shift = chance.Next(ChunkSectors);
        var shifted = new bool[leftModel.Length + shift];
        rightModel.CopyTo(shifted, 0);
        for (int i = 0; i < leftModel.Length; i++)
            shifted[i + shift] |= leftModel[i];
        right.Add(left, (long)shift * Sector);
        ExpectEqual(shifted, right);
        ExpectEqual(leftModel, left);
    }

    [Fact]
    public void The_intersection_with_nothing_is_empty()
    {
        RangeSet all = RangeSet.Of(new ByteRange(0, 1L << 40));
        Assert.True(all.Intersect(new RangeSet()).IsEmpty);
        Assert.True(new RangeSet().Intersect(all).IsEmpty);
        Assert.True(RangeSet.Of(new ByteRange(0, 512)).Intersect(RangeSet.Of(new ByteRange(512, 512))).IsEmpty);
    }

    [Fact]
    public void Addresses_of_many_terabytes_are_exact()
    {
        const long Far = 16L << 40;
        var set = new RangeSet();
        set.Add(new ByteRange(Far + 512, 512));
        set.Add(new ByteRange(Far - (1L << 30), 1L << 30));
        Assert.Equal([new ByteRange(Far - (1L << 30), 1L << 30), new ByteRange(Far + 512, 512)], set.Ranges());
        Assert.Equal((1L << 30) + 512, set.TotalBytes);
        Assert.True(set.Contains(Far - 1));
        Assert.False(set.Contains(Far));
        Assert.True(set.Contains(Far + 1023));
        Assert.False(set.Contains(Far + 1024));
        Assert.False(set.Contains(long.MaxValue));
    }

    [Fact]
    public void Memory_is_bounded_whatever_the_fragmentation()
    {
        const int Chunks = 32;
        long before = GC.GetAllocatedBytesForCurrentThread();
        var set = new RangeSet();
        for (long sector = 0; sector < (long)Chunks * ChunkSectors; sector += 2)
            set.Add(new ByteRange(sector * Sector, Sector));
        long worst = GC.GetAllocatedBytesForCurrentThread() - before;
        // A bitmap of 8 KiB; and, given up by then, the list in all the sizes that it grew through, to 16 KiB.
        Assert.InRange(worst, 1, Chunks * 48 * 1024);
        Assert.Equal((long)Chunks * ChunkSectors / 2 * Sector, set.TotalBytes);

        before = GC.GetAllocatedBytesForCurrentThread();
        var full = RangeSet.Of(new ByteRange(0, 2L << 40));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 2 << 20);
        Assert.Equal(2L << 40, full.TotalBytes);
    }

    private static (RangeSet Set, bool[] Model) RandomSet(Random chance)
    {
        var set = new RangeSet();
        var model = new bool[2 * ChunkSectors + 77];
        for (int i = 0; i < 9000; i++)
        {
            int start = chance.Next(model.Length - 50);
            int count = chance.Next(1, i % 100 == 0 ? 50 : 4);
            set.Add(new ByteRange((long)start * Sector, (long)count * Sector));
            Array.Fill(model, true, start, count);
        }

        return (set, model);
    }

    private static void ExpectEqual(bool[] model, RangeSet set)
    {
        var runs = new List<ByteRange>();
        for (int sector = 0; sector < model.Length; sector++)
        {
            if (set.Contains((long)sector * Sector + sector % Sector) != model[sector])
                Assert.Fail($"Contains is wrong for sector {sector}.");
            if (!model[sector])
                continue;
            int start = sector;
            while (sector + 1 < model.Length && model[sector + 1])
            {
                sector++;
                if (!set.Contains((long)sector * Sector))
                    Assert.Fail($"Contains is wrong for sector {sector}.");
            }

            runs.Add(ByteRange.Between((long)start * Sector, (sector + 1L) * Sector));
        }

        Assert.Equal(runs, set.Ranges());
        Assert.Equal(runs.Sum(run => run.Length), set.TotalBytes);
        Assert.Equal(runs.Count == 0, set.IsEmpty);
    }
}
