using ImgShrink.Blocks;
using ImgShrink.FileSystems.F2fs;
using ImgShrink.FileSystems.F2fs.OnDisk;

namespace ImgShrink.FileSystems.Tests.F2fs;

public class F2fsVolumeTests
{
    private const int Block = F2fsGeometry.BlockSize;

    [Fact]
    public void Everything_before_the_main_area_and_valid_blocks_are_data()
    {
        var image = new MapImage("f2fs");
        IVolume volume = image.Open();
        Assert.Equal(("f2fs", "Karte", "01234567-89ab-cdef-0123-456789abcdef", 64L << 20),
            (volume.FileSystem, volume.Label, volume.Uuid, volume.Bytes));
        Assert.Empty(volume.Warnings);
        F2fsGeometry geometry = Geometry(image);
        ulong valid = CheckpointPack.Newest(image.Store, geometry).Head.ValidBlocks;
        Assert.InRange(valid, 60u, 400u);
        Assert.Equal((geometry.Main + (long)valid) * Block, volume.DataRanges().TotalBytes);
        Assert.Equal(volume.Bytes, volume.FreeBytes + volume.DataRanges().TotalBytes);
    }

    [Theory]
    [InlineData(0u, "was not unmounted cleanly")]
    [InlineData(0x09u, "is marked to be checked (fsck.f2fs)")]
    [InlineData(0x11u, "is marked to be checked (fsck.f2fs)")]
    [InlineData(0x1001u, "has its checkpoints off, or is being resized")]
    public void What_the_checkpoint_may_not_tell_is_kept(uint flags, string doubt)
    {
        var image = new MapImage("f2fs");
        WithNewest(image, head => Le.Put32(head, 0x84, flags)).AssertKept($"{doubt}, so all of it is kept.");
    }

    [Theory]
    [InlineData(0x884, 2u, "has features that are not known (0x2)")]
    [InlineData(0x899, 0x76u, "spans several devices")]
    public void Other_layouts_are_kept(int at, uint value, string doubt) =>
        new MapImage("f2fs").Put(1024 + at, BitConverter.GetBytes(value)).AssertKept($"{doubt}, so all of it is kept.");

    [Theory]
    [InlineData(0x10, 14u, "log_blocksize and log_blocks_per_seg is 14 and 9, expected 12 and 9")]
    [InlineData(0x10, 0xFFFFFFFF, "log_blocksize and log_blocks_per_seg is 99 and 9, expected 12 and 9")]
    [InlineData(0x24, 16385u, "block_count is 16385, expected at most 16384, which the partition has")]
    [InlineData(0x50, 1535u, "sit_blkaddr is 1535, expected 1536")]
    [InlineData(0x44, 0xFFFFFFFF, "the end of the main area is block 2199023259136, expected at most 16384")]
    public void A_superblock_that_cannot_be_true_is_named(int at, uint value, string finding) =>
        new MapImage("f2fs").Put(1024 + at, BitConverter.GetBytes(value)).AssertDamaged($"F2FS superblock: {finding}");

    [Fact]
    public void A_checkpoint_that_is_not_whole_is_named()
    {
        var image = new MapImage("f2fs");
        long first = Geometry(image).Checkpoint;
        foreach (long start in new[] { first, first + F2fsGeometry.SegmentBlocks })
            new MapImage("f2fs").Flip(start * Block + 0x10, 1).AssertDamaged(
                $"F2FS checkpoint: the pack at block {start} is incomplete, expected written as a whole");
    }

    [Fact]
    public void Counts_that_contradict_each_other_are_named()
    {
        var image = new MapImage("f2fs");
        ulong valid = CheckpointPack.Newest(image.Store, Geometry(image)).Head.ValidBlocks;
        WithNewest(image, head => Le.Put64(head, 0x10, valid + 1)).AssertDamaged(
            $"F2FS segment information table: the number of valid blocks is {valid}, expected {valid + 1} (valid_block_count)");
    }

    [Fact]
    public void A_map_that_contradicts_its_count_is_named()
    {
        var image = new MapImage("f2fs");
        F2fsGeometry geometry = Geometry(image);
        CheckpointPack pack = CheckpointPack.Newest(image.Store, geometry);
        long table = (geometry.Sit + (pack.SecondCopies()(0) ? geometry.SitBlocks : 0)) * Block;
        uint segment = Enumerable.Range(0, SitEntry.PerBlock).Select(each => (uint)each).First(each => !pack.Journal().ContainsKey(each));
        image.Flip(table + segment * SitEntry.Size + 2, 0x01);
        Assert.Matches($@"segment information table: the entry of segment {segment} is \d+ blocks in its map, expected \d+\.$",
            Assert.Single(image.Open().Warnings));
    }

    private static F2fsGeometry Geometry(MapImage image) =>
        F2fsGeometry.From(image.Store.ReadBytes(F2fsSuperblock.Offset, F2fsSuperblock.Size), image.Store.Length);

    /// <summary>Changes the newest checkpoint, in its first and its last block.</summary>
    private static MapImage WithNewest(MapImage image, Action<byte[]> change)
    {
        long start = Geometry(image).Checkpoint;
        ulong Version(long block) => Le.U64(image.Store.ReadBytes(block * Block, 8), 0);
        if (Version(start + F2fsGeometry.SegmentBlocks) > Version(start))
            start += F2fsGeometry.SegmentBlocks;
        uint count = new F2fsCheckpoint(image.Store.ReadBytes(start * Block, Block)).BlockCount;
        foreach (long block in new[] { start, start + count - 1 })
            image.Edit(block * Block, Block, head =>
            {
                change(head);
                int at = (int)new F2fsCheckpoint(head).ChecksumAt;
                Le.Put32(head, at, F2fsGeometry.ChecksumOf(head.AsSpan(0, at)));
            });
        return image;
    }
}
