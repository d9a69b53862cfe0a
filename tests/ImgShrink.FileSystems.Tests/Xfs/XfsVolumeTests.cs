using System.Buffers.Binary;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Xfs;
using ImgShrink.FileSystems.Xfs.OnDisk;

namespace ImgShrink.FileSystems.Tests.Xfs;

public class XfsVolumeTests
{
    private const int Block = 4096;
    private const int Header = 512;

    [Fact]
    public void All_but_free_space_is_data()
    {
        var image = new MapImage("xfs");
        IVolume volume = image.Open();
        Assert.Equal(("xfs", "Karte", "01234567-89ab-cdef-0123-456789abcdef", 32L << 20),
            (volume.FileSystem, volume.Label, volume.Uuid, volume.Bytes));
        Assert.Empty(volume.Warnings);
        RangeSet data = volume.DataRanges();
        XfsGeometry geometry = XfsGeometry.From(image.Store);
        Assert.Equal(geometry.Log.Length, RangeSet.Of(geometry.Log).Intersect(data).TotalBytes);
        for (uint group = 0; group < geometry.GroupCount; group++)
            Assert.True(data.Contains(geometry.At(group, 0)));
        Assert.InRange(volume.FreeBytes, 20 << 20, 30 << 20);
        Assert.Equal(volume.Bytes, volume.FreeBytes + data.TotalBytes);
    }

    [Theory]
    [InlineData(0x7C, 0x0C000100u, "is not complete: mkfs or a copy was interrupted")]
    [InlineData(0xD8, 0x1Bu, "has to be repaired first (xfs_repair)")]
    [InlineData(0xD8, 0x200u, "has features that are not known (0x200, 0xD)")]
    [InlineData(0xD4, 0x1Du, "has features that are not known (0xB, 0x1D)")]
    [InlineData(0x34, 0u, "has its log on another device, so nobody can tell whether it was unmounted cleanly")]
    public void What_the_trees_may_not_tell_is_kept(int at, uint value, string doubt) =>
        WithSuperblock(at, value).AssertKept($"{doubt}, so all of it is kept.");

    [Theory]
    [InlineData(0x04, 5000u, "sb_blocksize is 5000, expected 2^sb_blocklog, 512 to 65536")]
    [InlineData(0x0C, 8193u, "sb_dblocks is 8193, expected at most 8192, which the partition has")]
    [InlineData(0x58, 3u, "sb_agcount is 3 of 4096 blocks, expected as many as make 8192")]
    [InlineData(0x54, 0u, "sb_agcount is 2 of 0 blocks, expected as many as make 8192")]
    [InlineData(0x34, 0xFFFFFFFF, "sb_logstart is block 4095 of group 1048575, for 1368 blocks, expected inside of a group")]
    [InlineData(0x64, 0xB4A60200, "sb_versionnum is 6, expected 4 or 5")]
    public void A_superblock_that_cannot_be_true_is_named(int at, uint value, string finding) =>
        WithSuperblock(at, value).AssertDamaged($"XFS superblock: {finding}");

    [Fact]
    public void A_checksum_that_is_wrong_is_named() => new MapImage("xfs").Flip(0x90, 1)
        .AssertDamaged("XFS superblock: sb_crc is another one, expected the checksum of its bytes");

    [Fact]
    public void A_log_that_does_not_end_with_an_unmount_has_to_be_replayed()
    {
        var image = new MapImage("xfs");
        XfsGeometry geometry = XfsGeometry.From(image.Store);
        long last = geometry.Log.Start;
        ulong newest = 0;
        for (long at = geometry.Log.Start; at < geometry.Log.End; at += Header)
        {
            var header = new LogRecordHeader(image.Store.ReadBytes(at, Header));
            if (header.HasMagic && header.Lsn >= newest)
                (last, newest) = (at, header.Lsn);
        }

        image.Flip(last + Header + 9, 0x20).AssertKept("was not unmounted cleanly: its log has to be replayed, so all of it is kept.");
    }

    [Fact]
    public void An_empty_log_is_clean()
    {
        var image = new MapImage("xfs");
        ByteRange log = XfsGeometry.From(image.Store).Log;
        image.Put(log.Start, new byte[log.Length]);
        Assert.Empty(image.Open().Warnings);
    }

    [Fact]
    public void Free_space_that_its_header_does_not_count_is_named()
    {
        MapImage image = WithHeader(0x34, 1);
        Assert.Matches(@"XFS allocation group 0: its free space is \d+ blocks, \d+ at once, expected \d+ and \d+\.$",
            Assert.Single(image.Open().Warnings));
        WithHeader(0x1C, 16).AssertDamaged("XFS allocation group 0: agf_levels is 17, expected 1 to 9");
    }

    [Fact]
    public void Free_runs_that_overlap_are_named()
    {
        var image = new MapImage("xfs");
        long root = Block * (long)Be.U32(image.Store.ReadBytes(Header, Header), 0x10);
        image.Edit(root, Block, block =>
        {
            Assert.True(Be.U16(block, 6) > 1);
            block.AsSpan(0x38, 4).CopyTo(block.AsSpan(0x40));
            Seal(block, FreeSpaceBlock.ChecksumAt);
        });
        Assert.Contains("XFS allocation group 0: a free run is ", Assert.Single(image.Open().Warnings));
        image.Flip(root + 0x38, 1).AssertDamaged(
            $"XFS allocation group 0: block {root / Block} of its tree is with another bb_crc, bb_owner, bb_blkno or bb_uuid, expected with its own");
    }

    private static MapImage WithSuperblock(int at, uint value) => new MapImage("xfs").Edit(0, Header, sector =>
    {
        BinaryPrimitives.WriteUInt32BigEndian(sector.AsSpan(at), value);
        Seal(sector, XfsSuperblock.ChecksumAt);
    });

    private static MapImage WithHeader(int at, uint more) => new MapImage("xfs").Edit(Header, Header, sector =>
    {
        BinaryPrimitives.WriteUInt32BigEndian(sector.AsSpan(at), Be.U32(sector, at) + more);
        Seal(sector, FreeSpaceHeader.ChecksumAt);
    });

    private static void Seal(byte[] bytes, int at)
    {
        Le.Put32(bytes, at, 0);
        Le.Put32(bytes, at, Crc32C.Of(bytes));
    }
}
