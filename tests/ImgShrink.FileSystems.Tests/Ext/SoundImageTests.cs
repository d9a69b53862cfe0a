using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Shrink;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>The committed images as they are: nothing is found, and they shrink as far as can be.</summary>
public class SoundImageTests(ITestOutputHelper output)
{
    private const int Seed = 99;

    public static TheoryData<string> Images => ["ext4", "pi", "ext2"];

    [Theory]
    [MemberData(nameof(Images))]
    public void Nothing_is_found(string image) => Assert.Empty(new EditedImage(image).Findings());

    [Theory]
    [InlineData("ext4", "ext4", 6017)]
    [InlineData("pi", "ext4", 6433)]
    [InlineData("ext2", "ext2", 3385)]
    public void The_superblock_is_read(string image, string fileSystem, long freeBlocks)
    {
        ExtVolume volume = new EditedImage(image).Volume;
        Assert.Null(volume.Obstacle);
        Assert.Equal(fileSystem, volume.FileSystem);
        Assert.Equal(image, volume.Label);
        Assert.Equal("0f5a1c9e-8a6e-4d5c-9a59-4c1f5a2b7d10", volume.Uuid);
        Assert.Equal(image == "ext2" ? 4 << 20 : 8 << 20, volume.Bytes);
        Assert.Equal(freeBlocks * 1024, volume.FreeBytes);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Data_ranges_leave_out_just_the_free_blocks(string image)
    {
        ExtVolume volume = new EditedImage(image).Volume;
        // Block 0 belongs to no group, and is kept: boot code may be in it.
        Assert.Equal(volume.Bytes - volume.FreeBytes, volume.DataRanges().TotalBytes);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void The_minimum_is_reached_and_nothing_stays_free(string image)
    {
        ExtVolume volume = new EditedImage(image).Volume;
        ShrinkPlan plan = volume.PlanShrink(ShrinkRoom.None, CancellationToken.None);
        ExtVolume shrunk = ExtVolume.Open(plan.View.Bytes);
        output.WriteLine($"{volume.Geometry.BlockCount} -> {plan.BlockCount}, minimum {plan.MinimumBlocks}, {plan.RenumberedInodes} renumbered");
        Assert.Equal(plan.MinimumBlocks, plan.BlockCount);
        Assert.Equal(volume.MinimumBytes(), plan.View.Length);
        Assert.Equal(image == "ext2", plan.RenumberedInodes > 0);
        Assert.Equal(plan.View.Length, shrunk.Bytes);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void The_minimum_is_explained(string image)
    {
        ExtVolume volume = new EditedImage(image).Volume;
        SizeFloor floor = volume.Floor()!;
        output.WriteLine($"{floor}");
        Assert.Equal(floor.Bytes, floor.FileBytes + floor.JournalBytes + floor.TableBytes + floor.CopyBytes + floor.UnusedBytes);
        Assert.Equal(image == "ext2", floor.JournalBytes == 0);
        ExtVolume shrunk = ExtVolume.Open(volume.PlanShrink(ShrinkRoom.None, CancellationToken.None).View.Bytes);
        Assert.Equal(floor.UnusedBytes, shrunk.FreeBytes);
        Assert.Equal(floor.Limit == FloorLimit.Content, floor.UnusedBytes == 0);
    }

    /// <summary>With stable_inodes the groups up to the highest number have to stay, however few inodes there are.</summary>
    [Fact]
    public void Numbers_of_inodes_that_must_not_change_do_not()
    {
        var image = new EditedImage("ext2");
        image.Superblock(superblock => superblock.Compat |= CompatFeatures.StableInodes);
        ExtVolume volume = image.Reopen();
        ShrinkPlan plan = volume.PlanShrink(ShrinkRoom.None, CancellationToken.None);
        Assert.Equal(0, plan.RenumberedInodes);
        Assert.Equal(FloorLimit.InodeNumbers, plan.Floor.Limit);
        Assert.InRange(plan.BlockCount, new EditedImage("ext2").Volume.MinimumBytes()!.Value / 1024 + 1, volume.Geometry.BlockCount);
        Assert.Equal(plan.Floor.UnusedBytes, ExtVolume.Open(plan.View.Bytes).FreeBytes);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Every_size_is_either_planned_soundly_or_refused(string image)
    {
        output.WriteLine($"seed {Seed}");
        var chance = new Random(Seed);
        ExtVolume volume = new EditedImage(image).Volume;
        long minimum = volume.MinimumBytes()!.Value;
        for (int i = 0; i < 25; i++)
        {
            long wished = chance.NextInt64(minimum - 20_000, volume.Bytes + 1);
            try
            {
                // The plan is audited before it is given out.
                ShrinkPlan plan = volume.PlanShrink(ShrinkRoom.UpTo(wished), CancellationToken.None);
                Assert.InRange(plan.View.Length, minimum, wished);
                Assert.Empty(Audit.Run(ExtVolume.Open(plan.View.Bytes)).Findings);
            }
            catch (NotEnoughSpaceException)
            {
                Assert.True(wished < minimum + 5 * 1024, $"{wished} bytes were refused, and {minimum} are enough.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Planning_changes_neither_the_source_nor_the_volume(string image)
    {
        byte[] bytes = EditedImage.Load(image);
        ExtVolume volume = ExtVolume.Open(new MemoryStore(bytes));
        volume.PlanShrink(ShrinkRoom.None, CancellationToken.None);
        Assert.Equal(EditedImage.Load(image), bytes);
        Assert.True(volume.Store.EditedRanges().IsEmpty);
    }
}
