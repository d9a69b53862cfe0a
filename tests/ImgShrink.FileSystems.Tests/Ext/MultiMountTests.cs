using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Shrink;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>The block of multiple mount protection: who uses the volume, and where the block goes.</summary>
public class MultiMountTests
{
    // The last one, which is free.
    private const long Block = 8191;

    [Fact]
    public void The_block_moves_with_the_volume()
    {
        ExtVolume volume = WithMmp().Reopen();
        Assert.Null(volume.Obstacle);
        Assert.Null(volume.Damage());
        ShrinkPlan plan = volume.PlanShrink(ShrinkRoom.None, CancellationToken.None);
        ExtVolume shrunk = ExtVolume.Open(plan.View.Bytes);
        Assert.InRange(shrunk.Superblock.MmpBlock, 2, plan.BlockCount - 1);
        Assert.Equal(volume.ReadBlock(Block), shrunk.ReadBlock(shrunk.Superblock.MmpBlock));
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(0xE24D4D50)] // e2fsck is at work
    public void A_volume_in_use_is_an_obstacle(uint sequence)
    {
        EditedImage image = WithMmp();
        Change(image, block => Le.Put32(block, 4, sequence));
        ExtVolume volume = image.Reopen();
        Assert.StartsWith($"The ext volume was in use when it was read, by 'a node' (mmp_seq 0x{sequence:X8}).", volume.Obstacle);
        Assert.Equal([new ByteRange(0, 8 << 20)], volume.DataRanges().Ranges());
    }

    [Fact]
    public void A_wrong_magic_is_found() =>
        Expect(image => Change(image, block => block[0] = 0), "mmp block 8191: mmp_magic is 5065984, expected 5066064");

    [Fact]
    public void A_wrong_checksum_is_found() =>
        Expect(image => image.Block(Block, block => block[0x80] = 1), "mmp block 8191: mmp_checksum is ");

    [Theory]
    [InlineData(0)]
    [InlineData(8192)]
    [InlineData(long.MinValue)]
    [InlineData(1)]
    public void A_place_that_it_cannot_have_is_found(long place) => Expect(
        image => image.SuperblockBytes(bytes => { Le.Put32(bytes, 0x168, unchecked((uint)place)); Le.Put32(bytes, 0x16C, unchecked((uint)(place >>> 32))); }),
        $"ext superblock: s_mmp_block is {place}, expected a block that nothing else uses");

    private static void Expect(Action<EditedImage> change, string finding)
    {
        EditedImage image = WithMmp();
        change(image);
        Assert.Contains(image.Findings(), each => each.StartsWith(finding, StringComparison.Ordinal));
    }

    private static EditedImage WithMmp()
    {
        var image = new EditedImage("ext4");
        image.Superblock(superblock =>
        {
            superblock.Incompat |= IncompatFeatures.MultiMountProtection;
            superblock.MmpBlock = Block;
            superblock.FreeBlocks--;
        });
        int group = image.Volume.Geometry.GroupOf(Block);
        int bit = (int)(Block - image.Volume.Geometry.GroupStart(group));
        image.BlockBitmap(group, bits => bits[bit >> 3] |= (byte)(1 << (bit & 7)));
        image.Group(group, descriptor => descriptor.FreeBlocks--);
        Change(image, block =>
        {
            Le.Put32(block, 0, MmpBlock.ExpectedMagic);
            "a node"u8.CopyTo(block[0x10..]);
            Le.Put32(block, 4, MmpBlock.Clean);
        });
        return image;
    }

    private static void Change(EditedImage image, EditedImage.BlockEdit edit) => image.Block(Block, block =>
    {
        edit(block);
        var mmp = new MmpBlock(block);
        mmp.Checksum = image.Volume.Checksums.OfMmp(mmp);
    });
}
