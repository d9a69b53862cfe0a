using ImgShrink.FileSystems.Ext;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>Which groups have copies of the superblock and of the descriptors, and where.</summary>
public class GroupCopiesTests
{
    // 40 groups of 256 blocks of 1 KiB, 16 descriptors a block.
    private static readonly ExtGeometry _plain = new(1024, 1 + 256 * 40, 1, 256, 32, 256, 64, 0, 11, SparseSuper: true, FlexBg: true);

    [Fact]
    public void Without_meta_bg_all_descriptors_follow_each_superblock()
    {
        Assert.Equal([0, 1, 3, 5, 7, 9, 25, 27], _plain.SuperblockGroups());
        Assert.Equal([3L, 256 + 3, 256 * 3 + 3], _plain.DescriptorCopies(1).Take(3));
        Assert.Equal(8, _plain.DescriptorCopies(2).Count());
        Assert.Equal([4, 4, 0, 4], Enumerable.Range(0, 4).Select(_plain.FixedBlocks));
    }

    [Fact]
    public void With_meta_bg_a_descriptor_block_is_in_the_first_two_and_the_last_of_its_groups()
    {
        ExtGeometry meta = _plain with { FirstMetaBg = 0 };
        Assert.Equal([2L, 256 + 2, 256 * 15 + 1], meta.DescriptorCopies(0));
        Assert.Equal([256 * 16 + 1L, 256 * 17 + 1, 256 * 31 + 1], meta.DescriptorCopies(1));
        // The last one has 8 groups only.
        Assert.Equal([256 * 32 + 1L, 256 * 33 + 1], meta.DescriptorCopies(2));
        Assert.Equal([2, 2, 0, 1, 0, 1], Enumerable.Range(0, 6).Select(meta.FixedBlocks));
    }

    [Fact]
    public void Groups_of_descriptors_in_their_groups_have_no_others()
    {
        ExtGeometry mixed = _plain with { FirstMetaBg = 1 };
        Assert.Equal([2L, 256 + 2, 256 * 3 + 2, 256 * 5 + 2, 256 * 7 + 2, 256 * 9 + 2], mixed.DescriptorCopies(0));
        Assert.Equal([256 * 16 + 1L, 256 * 17 + 1, 256 * 31 + 1], mixed.DescriptorCopies(1));
        // Group 25 has a superblock, which nothing follows.
        Assert.Equal((2, 1, 1), (mixed.FixedBlocks(9), mixed.FixedBlocks(25), mixed.FixedBlocks(16)));
    }

    [Theory]
    [InlineData(40, 2)]
    [InlineData(33, 2)]
    [InlineData(32, 2)]
    [InlineData(16, 1)]
    [InlineData(3, 1)]
    public void Fewer_groups_leave_no_more_descriptor_blocks_at_the_superblocks_than_there_are(int groups, int expected) =>
        Assert.Equal(expected, (_plain with { FirstMetaBg = 2 }).WithBlockCount(1 + 256 * groups).FirstMetaBg);

    [Theory]
    [InlineData(1, 39, 10, 1, 9)]
    [InlineData(1, 39, 40, 1, 39)]
    [InlineData(1, 39, 2, 1, 0)]
    [InlineData(1, 39, 1, 0, 0)]
    [InlineData(1, 20, 10, 1, 0)]
    [InlineData(1, 5, 10, 1, 5)]
    [InlineData(0, 0, 10, 0, 0)]
    public void A_backup_in_the_last_group_stays_in_the_last(int first, int second, int groups, int newFirst, int newSecond)
    {
        ExtGeometry changed = (_plain with { BackupGroups = (first, second) }).WithBlockCount(1 + 256 * groups);
        Assert.Equal((newFirst, newSecond), changed.BackupGroups);
        Assert.Equal(groups > 1 && (newSecond == groups - 1 || newFirst == groups - 1) ? 1 : 0, changed.SpareBlocks(groups - 1));
    }
}
