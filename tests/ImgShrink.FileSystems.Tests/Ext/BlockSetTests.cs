using ImgShrink.FileSystems.Ext;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>Block sets against one bool a block.</summary>
public class BlockSetTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 1000, 5)]
    [InlineData(2, 1000, 200)]
    [InlineData(3, 64, 64)]
    [InlineData(4, 65, 3)]
    [InlineData(5, 1, 1)]
    [InlineData(6, 1_000_000, 700_000)]
    [InlineData(7, 3 << 18, 2 << 18)]
    public void Random_changes_equal_the_model(int seed, int length, int longestRun)
    {
        output.WriteLine($"seed {seed}");
        var chance = new Random(seed);
        var set = new BlockSet(length);
        var model = new bool[length];
        for (int i = 0; i < 60; i++)
        {
            int start = chance.Next(length);
            int count = Math.Min(chance.Next(longestRun + 1), length - start);
            bool add = chance.Next(3) > 0;
            if (add)
                set.Add(start, count);
            else
                set.Remove(start, count);
            Array.Fill(model, add, start, count);
            ExpectEqual(model, set, chance);
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(99, 2)]
    [InlineData(100, 1)]
    public void Numbers_outside_are_refused(long start, long count)
    {
        var set = new BlockSet(100);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Add(start, count));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Remove(start, count));
        Assert.Equal(0, set.Count);
    }

    private static void ExpectEqual(bool[] model, BlockSet set, Random chance)
    {
        Assert.Equal(Array.LastIndexOf(model, true), set.Last());
        int length = model.Length;
        Assert.Equal(model.Count(used => used), set.Count);
        Assert.DoesNotContain(Enumerable.Range(0, length), i => model[i] != set[i]);
        int from = chance.Next(length + 1), limit = chance.Next(from, length + 1);
        int[] inside = [.. Enumerable.Range(from, limit - from).Where(i => model[i])];
        int[] outside = [.. Enumerable.Range(from, limit - from).Where(i => !model[i])];
        Assert.Equal(inside.Length, set.CountIn(from, limit - from));
        Assert.Equal(inside.Length == 0 ? limit : inside[0], set.NextIn(from, limit));
        Assert.Equal(outside.Length == 0 ? limit : outside[0], set.NextOut(from, limit));
        ExpectRuns(inside, set.Runs(from, limit));
        ExpectRuns(outside, set.Gaps(from, limit));
    }

    private static void ExpectRuns(int[] numbers, IEnumerable<(long Start, long Count)> runs)
    {
        var found = runs.ToList();
        Assert.Equal(numbers.Select(number => (long)number), found.SelectMany(run => Enumerable.Range((int)run.Start, (int)run.Count).Select(i => (long)i)));
        for (int i = 1; i < found.Count; i++)
            Assert.True(found[i - 1].Start + found[i - 1].Count < found[i].Start, "Two runs touch.");
    }
}
