using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Grow;
using ImgShrink.FileSystems.Ext.OnDisk;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>The committed images grown: what is written of new groups, and how large a volume can get.</summary>
public class GrowthTests(ITestOutputHelper output)
{
    private const int Seed = 41;
    private const long MiB = 1 << 20;

    // 13 groups of 256 blocks of 1 KiB, the last one not whole; 16 descriptors a block.
    private static readonly ExtGeometry _plain = new(1024, 1 + 256 * 12 + 100, 1, 256, 32, 256, 64, 0, 11, SparseSuper: true, FlexBg: true);

    public static TheoryData<string> Images => ["ext4", "pi", "ext2", "features"];

    [Theory]
    [MemberData(nameof(Images))]
    public void Every_size_is_planned_soundly(string image)
    {
        output.WriteLine($"seed {Seed}");
        var chance = new Random(Seed);
        ExtVolume volume = new EditedImage(image).Volume;
        for (int i = 0; i < 12; i++)
        {
            long wished = volume.Bytes + chance.NextInt64(volume.Bytes << chance.Next(7));
            // The plan is audited before it is given out.
            GrowthPlan? plan = volume.PlanGrowth(wished, CancellationToken.None);
            if (plan is null)
                continue;
            Assert.InRange(plan.Bytes, volume.Bytes + 1, wished);
            ExtVolume grown = ExtVolume.Open(plan.View.Bytes);
            Assert.Equal(plan.Bytes, grown.Bytes);
            Assert.InRange(grown.FreeBytes, volume.FreeBytes, plan.Bytes);
            Assert.Equal((volume.Uuid, volume.Label), (grown.Uuid, grown.Label));
        }
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Planning_changes_neither_the_source_nor_the_volume(string image)
    {
        byte[] bytes = EditedImage.Load(image);
        ExtVolume volume = ExtVolume.Open(new MemoryStore(bytes));
        Assert.NotNull(volume.PlanGrowth(64 * MiB, CancellationToken.None));
        Assert.Equal(EditedImage.Load(image), bytes);
        Assert.True(volume.Store.EditedRanges().IsEmpty);
    }

    [Fact]
    public void A_volume_that_is_as_large_already_does_not_grow()
    {
        ExtVolume volume = new EditedImage("ext4").Volume;
        Assert.Null(volume.PlanGrowth(volume.Bytes, CancellationToken.None));
        Assert.Null(volume.PlanGrowth(volume.Bytes - 1024, CancellationToken.None));
        Assert.Null(volume.PlanGrowth(volume.Bytes + 1023, CancellationToken.None));
    }

    /// <summary>With group checksums the kernel clears new tables, and works bitmaps out; so hardly anything is written.</summary>
    [Fact]
    public void New_groups_are_left_uninitialised_where_checksums_allow_it()
    {
        ExtVolume volume = new EditedImage("ext4").Volume;
        GrowthPlan plan = volume.PlanGrowth(512 * MiB, CancellationToken.None)!;
        ExtVolume grown = ExtVolume.Open(plan.View.Bytes);
        int blockUninit = 0;
        for (int group = volume.Geometry.GroupCount; group < grown.Geometry.GroupCount; group++)
        {
            GroupFlags flags = grown.Groups[group].Flags;
            Assert.Equal(GroupFlags.InodeUninit, flags & ~GroupFlags.BlockUninit);
            Assert.False(flags.HasFlag(GroupFlags.BlockUninit) && grown.Geometry.FixedBlocks(group) > 0);
            blockUninit += flags.HasFlag(GroupFlags.BlockUninit) ? 1 : 0;
        }

        Assert.False(grown.Groups[grown.Geometry.GroupCount - 1].Flags.HasFlag(GroupFlags.BlockUninit));
        Assert.InRange(blockUninit, 1, grown.Geometry.GroupCount);
        long tables = (grown.Geometry.GroupCount - volume.Geometry.GroupCount) * (long)grown.Geometry.InodeTableBlocks * 1024;
        Assert.InRange(plan.View.Claimed.TotalBytes - volume.DataRanges().TotalBytes, 0, tables / 2);
    }

    [Fact]
    public void Without_group_checksums_new_tables_are_written_as_zeros()
    {
        ExtVolume volume = new EditedImage("ext2").Volume;
        GrowthPlan plan = volume.PlanGrowth(64 * MiB, CancellationToken.None)!;
        ExtVolume grown = ExtVolume.Open(plan.View.Bytes);
        for (int group = volume.Geometry.GroupCount; group < grown.Geometry.GroupCount; group++)
        {
            long at = grown.Groups[group].InodeTable * 1024L;
            long length = grown.Geometry.InodeTableBlocks * 1024L;
            Assert.Equal(length, plan.View.Claimed.Intersect(RangeSet.Of(new ByteRange(at, length))).TotalBytes);
            Assert.False(plan.View.Bytes.ReadBytes(at, (int)length).ContainsAnyExcept((byte)0));
        }
    }

    [Theory]
    [InlineData(1 + 256 * 12 + 101, 1 + 256 * 12 + 101)] // The last group, by one block.
    [InlineData(1 + 256 * 13, 1 + 256 * 13)]
    [InlineData(1 + 256 * 13 + 3, 1 + 256 * 13)]
    [InlineData(1 + 256 * 13 + 2 + 8 + 49, 1 + 256 * 13)]
    [InlineData(1 + 256 * 13 + 2 + 8 + 50, 1 + 256 * 13 + 2 + 8 + 50)]
    [InlineData(1 + 256 * 25 + 2 + 8 + 50, 1 + 256 * 25)] // Group 25 begins with copies: the superblock, and two blocks of descriptors.
    [InlineData(1 + 256 * 25 + 3 + 2 + 8 + 50, 1 + 256 * 25 + 3 + 2 + 8 + 50)]
    [InlineData(100, 1 + 256 * 12 + 100)]
    public void A_last_group_that_is_hardly_worth_having_is_left_out(long wished, long expected) =>
        Assert.Equal(expected, GrowthBound.AtMost(_plain, wished));

    [Fact]
    public void A_volume_has_fewer_than_2_to_the_32_blocks_and_inodes()
    {
        ExtGeometry large = _plain with { BlockSize = 4096, FirstDataBlock = 0, BlocksPerGroup = 32768, InodesPerGroup = 8192, BlockCount = 1 << 20 };
        Assert.Equal(uint.MaxValue, GrowthBound.AtMost(large, long.MaxValue));
        ExtGeometry dense = large with { InodesPerGroup = 1 << 17, BlocksPerGroup = 1 << 17, BlockSize = 16384 };
        Assert.Equal(((1L << 15) - 1) << 17, GrowthBound.AtMost(dense, long.MaxValue));
    }

    /// <summary>Where the descriptors cannot get more blocks than are reserved, growth ends with what these describe.</summary>
    [Fact]
    public void The_second_choice_needs_no_more_blocks_for_descriptors()
    {
        ExtGeometry reserved = _plain with { ReservedGdtBlocks = 1 };
        long[] sizes = [.. GrowthBound.Candidates(reserved, 1 + 256 * 100).Select(each => each.BlockCount)];
        Assert.Equal([1 + 256 * 100, 1 + 256 * 32], sizes);
        Assert.Equal([1 + 256 * 20], GrowthBound.Candidates(reserved, 1 + 256 * 20).Select(each => each.BlockCount));
        Assert.Equal([1 + 256 * 100], GrowthBound.Candidates(_plain with { FirstMetaBg = 0 }, 1 + 256 * 100).Select(each => each.BlockCount));
        // 256 blocks of descriptors are more than a group has.
        Assert.Equal([1 + 256 * 16], GrowthBound.Candidates(_plain, 1 + 256 * 4096).Select(each => each.BlockCount));
    }

    [Fact]
    public void What_is_not_understood_does_not_grow()
    {
        var image = new EditedImage("ext4");
        image.Superblock(superblock => superblock.ReadOnly |= ReadOnlyFeatures.BigAlloc);
        var refused = Assert.Throws<UnsupportedImageException>(
            () => image.Reopen().PlanGrowth(64 * MiB, CancellationToken.None));
        Assert.Contains("'bigalloc'", refused.Message);
    }

    [Fact]
    public void What_is_damaged_does_not_grow()
    {
        var image = new EditedImage("ext4");
        image.Group(0, group => group.FreeBlocks++);
        Assert.Throws<CorruptImageException>(() => image.Reopen().PlanGrowth(64 * MiB, CancellationToken.None));
    }
}
