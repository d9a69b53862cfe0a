using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Resize;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext;

public class InodeMapTests(ITestOutputHelper output)
{
    private const int PerGroup = 64, OldGroups = 10, NewGroups = 4;

    [Theory]
    [InlineData(1, 0.3)]
    [InlineData(2, 0.05)]
    [InlineData(3, 0.0)]
    public void Only_inodes_of_dropped_groups_get_new_numbers_and_all_are_different(int seed, double share)
    {
        output.WriteLine($"seed {seed}");
        var chance = new Random(seed);
        var used = new BlockSet(PerGroup * OldGroups + 1);
        used.Add(1, 10);
        for (uint number = 11; number <= PerGroup * OldGroups; number++)
        {
            if (chance.NextDouble() < share)
                used.Add(number);
        }

        var map = new InodeMap(Target(), used);
        uint[] before = [.. used.Runs(0, used.Length).SelectMany(run => Enumerable.Range((int)run.Start, (int)run.Count)).Select(number => (uint)number)];
        uint[] after = [.. before.Select(number => map[number])];
        const uint Last = PerGroup * NewGroups;
        Assert.Equal(after.Length, after.Distinct().Count());
        Assert.All(after, number => Assert.InRange(number, 1u, Last));
        Assert.All(before.Where(number => number <= Last), number => Assert.Equal(number, map[number]));
        Assert.Equal(before.Count(number => number > Last), map.Count);
        Assert.Equal(map.Count == 0, map.IsIdentity);
        Assert.All(map.NewNumbers, number => Assert.False(used[number.Value]));
    }

    [Fact]
    public void A_volume_may_become_full_of_inodes()
    {
        var used = new BlockSet(PerGroup * OldGroups + 1);
        used.Add(1, PerGroup * NewGroups - 3);
        used.Add(PerGroup * OldGroups - 2, 3);
        var map = new InodeMap(Target(), used);
        Assert.Equal(
            new long[] { PerGroup * NewGroups - 2, PerGroup * NewGroups - 1, PerGroup * NewGroups },
            map.NewNumbers.Select(number => (long)number.Value).Order());
    }

    private static ExtGeometry Target() =>
        new(1024, 1 + 512 * NewGroups, 1, 512, PerGroup, 256, 64, 0, 11, SparseSuper: true, FlexBg: true);
}
