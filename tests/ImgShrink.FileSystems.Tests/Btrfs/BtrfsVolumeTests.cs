using ImgShrink.Blocks;
using ImgShrink.FileSystems.Btrfs.OnDisk;

namespace ImgShrink.FileSystems.Tests.Btrfs;

public class BtrfsVolumeTests
{
    private const int Node = 16384;

    [Fact]
    public void Extents_and_superblocks_are_data()
    {
        var image = new MapImage("btrfs");
        IVolume volume = image.Open();
        Assert.Equal(("btrfs", "Karte", "01234567-89ab-cdef-0123-456789abcdef", 120L << 20),
            (volume.FileSystem, volume.Label, volume.Uuid, volume.Bytes));
        Assert.Empty(volume.Warnings);
        RangeSet data = volume.DataRanges();
        Assert.True(data.Contains(0) && data.Contains(65536) && data.Contains(64 << 20));
        Assert.All(CopiesOfRoot(image), at => Assert.True(data.Contains(at) && data.Contains(at + Node - 1)));
        Assert.InRange(data.TotalBytes, 1 << 20, 3 << 20);
        Assert.Equal(volume.Bytes, volume.FreeBytes + data.TotalBytes);
    }

    [Theory]
    [InlineData(0x60, 1u, "was not unmounted cleanly: it has a log to replay")]
    [InlineData(0x88, 2u, "spans 2 devices")]
    [InlineData(0xBC, 0x1361u, "has features that are not known (0x1361, 0x3, flags 0x1)")]
    [InlineData(0xB4, 0x13u, "has features that are not known (0x361, 0x13, flags 0x1)")]
    public void What_the_extent_tree_may_not_tell_is_kept(int at, uint value, string doubt) =>
        WithSuperblock(superblock => Le.Put32(superblock, at, value)).AssertKept($"{doubt}, so all of it is kept.");

    [Theory]
    [InlineData(1, "XxHash64")]
    [InlineData(3, "Blake2b")]
    public void Checksums_that_are_not_verified_are_not_believed(byte kind, string name) =>
        new MapImage("btrfs").Put(0x10000 + 0xC4, kind)
            .AssertKept($"has checksums of a kind ({name}) that is not verified, so all of it is kept.");

    [Theory]
    [InlineData(0x30, 4096u, "bytenr is 4096, expected 65536")]
    [InlineData(0x94, 5000u, "nodesize and sectorsize is 5000 and 4096, expected 4096 to 65536")]
    [InlineData(0xD5, 1u, "dev_item.total_bytes is 4420796416, expected at most 125829120, which the partition has")]
    [InlineData(0xA0, 2049u, "sys_chunk_array_size is 2049, expected at most 2048")]
    public void A_superblock_that_cannot_be_true_is_named(int at, uint value, string finding) =>
        WithSuperblock(superblock => Le.Put32(superblock, at, value)).AssertDamaged($"btrfs superblock: {finding}");

    [Fact]
    public void A_checksum_that_is_wrong_is_named() => new MapImage("btrfs").Flip(0x10000 + 0x48, 1)
        .AssertDamaged("btrfs superblock: csum is another one, expected the checksum of its bytes");

    [Fact]
    public void A_sum_of_extents_that_is_wrong_is_named()
    {
        MapImage image = WithSuperblock(superblock => Le.Put64(superblock, 0x78, Le.U64(superblock, 0x78) + 4096));
        Assert.Contains("btrfs extent tree: the sum of all extents is ", Assert.Single(image.Open().Warnings));
        Assert.Equal(0, image.Open().FreeBytes);
    }

    [Fact]
    public void One_copy_of_a_tree_block_is_enough_and_none_is_not()
    {
        var image = new MapImage("btrfs");
        long sound = image.Open().DataRanges().TotalBytes;
        long[] copies = CopiesOfRoot(image);
        image.Flip(copies[0] + 200, 1);
        Assert.Equal(sound, image.Open().DataRanges().TotalBytes);
        ulong address = Le.U64(image.Store.ReadBytes(copies[0], 0x40), 0x30);
        image.Flip(copies[1] + 200, 1).AssertDamaged(
            $"btrfs tree block at {address}: csum is another one, expected the checksum of its bytes");
    }

    /// <summary>Where the top block of the tree of roots lies, with the profile DUP.</summary>
    private static long[] CopiesOfRoot(MapImage image)
    {
        ulong address = new BtrfsSuperblock(image.Store.ReadBytes(0x10000, 4096)).Root;
        long[] copies = [.. Enumerable.Range(0, (int)(image.Store.Length / Node)).Select(node => (long)node * Node)
            .Where(at => Le.U64(image.Store.ReadBytes(at, 0x40), 0x30) == address)];
        Assert.Equal(2, copies.Length);
        return copies;
    }

    private static MapImage WithSuperblock(Action<byte[]> change) => new MapImage("btrfs").Edit(0x10000, 4096, superblock =>
    {
        change(superblock);
        Le.Put32(superblock, 0, Crc32C.Of(superblock.AsSpan(32)));
    });
}
