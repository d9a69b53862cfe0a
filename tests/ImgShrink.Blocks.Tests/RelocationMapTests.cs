using Xunit.Abstractions;

namespace ImgShrink.Blocks.Tests;

/// <summary>Relocation maps against a plain table of where each block goes.</summary>
public class RelocationMapTests(ITestOutputHelper output)
{
    private const int Blocks = 2000;

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 60)]
    [InlineData(3, 300)]
    public void Every_lookup_equals_the_table(int seed, int runs)
    {
        output.WriteLine($"seed {seed}");
        var chance = new Random(seed);
        long[] target = [.. Enumerable.Range(0, Blocks).Select(block => (long)block)];
        long[] origin = [.. target];
        var relocations = new List<Relocation>();
        // Sources and targets in slots of equal size, each slot used once.
        int slot = Blocks / runs;
        int[] from = [.. Enumerable.Range(0, runs)], to = [.. from];
        chance.Shuffle(from);
        chance.Shuffle(to);
        for (int i = 0; i < runs * 2 / 3; i++)
        {
            int length = chance.Next(slot) + 1;
            relocations.Add(new Relocation(from[i] * slot, to[i] * slot, length));
            for (int block = 0; block < length; block++)
            {
                target[from[i] * slot + block] = to[i] * slot + block;
                origin[to[i] * slot + block] = from[i] * slot + block;
            }
        }

        var map = new RelocationMap(relocations);
        ExpectTable(target, map.Target);
        ExpectTable(origin, map.Origin);
        Assert.Equal(relocations.OrderBy(run => run.From), map.Runs);
        for (int block = 0; block < Blocks; block++)
            Assert.Equal(target[block], map.Target(block));
    }

    [Fact]
    public void A_map_without_runs_moves_nothing()
    {
        var map = new RelocationMap([]);
        Assert.Equal((5, 100), map.Target(5, 100));
        Assert.Equal((5, 100), map.Origin(5, 100));
        Assert.Empty(map.Runs);
    }

    [Fact]
    public void Block_numbers_of_large_volumes_are_exact()
    {
        var map = new RelocationMap([new Relocation(1L << 45, 7, 1L << 33)]);
        Assert.Equal(((1L << 32) + 7, 1L << 32), map.Target((1L << 45) + (1L << 32), long.MaxValue));
        Assert.Equal(((1L << 45) + 3, 10), map.Origin(10, 10));
    }

    [Theory]
    [InlineData(0, 100, 10, 9, 200, 5)]
    [InlineData(0, 100, 10, 0, 200, 1)]
    [InlineData(5, 100, 10, 0, 200, 6)]
    public void A_block_that_is_moved_twice_is_refused(long from, long to, long length, long from2, long to2, long length2) =>
        Assert.Throws<ArgumentException>(() => new RelocationMap([new(from, to, length), new(from2, to2, length2)]));

    [Theory]
    [InlineData(0, 100, 10, 50, 109, 5)]
    [InlineData(0, 100, 10, 50, 95, 6)]
    [InlineData(0, 100, 10, 50, 100, 10)]
    public void Two_blocks_that_go_to_one_place_are_refused(long from, long to, long length, long from2, long to2, long length2) =>
        Assert.Throws<ArgumentException>(() => new RelocationMap([new(from, to, length), new(from2, to2, length2)]));

    [Fact]
    public void Runs_that_only_touch_are_taken() =>
        Assert.Equal(2, new RelocationMap([new(0, 100, 10), new(10, 110, 10)]).Runs.Count);

    private static void ExpectTable(long[] table, Func<long, long, (long At, long Count)> lookUp)
    {
        foreach (long limit in (long[])[1, 7, Blocks])
        {
            for (long block = 0; block < Blocks; block++)
            {
                var (at, count) = lookUp(block, Math.Min(limit, Blocks - block));
                Assert.InRange(count, 1, Math.Min(limit, Blocks - block));
                for (long i = 0; i < count; i++)
                    Assert.True(table[block + i] == at + i, $"Block {block + i} is at {table[block + i]}, not at {at + i}.");
            }
        }
    }
}
