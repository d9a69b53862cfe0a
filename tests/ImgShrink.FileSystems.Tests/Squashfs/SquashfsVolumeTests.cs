using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Tests.Squashfs;

public class SquashfsVolumeTests
{
    [Theory]
    [InlineData(10_000u, 12288)]
    [InlineData(12288u, 12288)]
    [InlineData(20_000u, 20_000)]
    public void It_ends_where_its_superblock_says(uint used, int end)
    {
        IVolume volume = Open(Superblock(used));
        Assert.Equal(("squashfs", (long)end, 0L), (volume.FileSystem, volume.Bytes, volume.FreeBytes));
        Assert.Equal([new ByteRange(0, (end + 511) / 512 * 512)], volume.DataRanges().Ranges());
        Assert.Empty(volume.Warnings);
    }

    [Theory]
    [InlineData(0x1C, 3u, "s_major is 3, expected 4")]
    [InlineData(0x0C, 131073u, "block_size is 131073, expected 2^block_log, 4096 to 1048576")]
    [InlineData(0x16, 63u, "block_size is 131072, expected 2^block_log, 4096 to 1048576")]
    [InlineData(0x28, 20_001u, "bytes_used is 20001, expected 96 to 20000, which the partition has")]
    [InlineData(0x2C, 0xFFFFFFFF, "bytes_used is 18446744069414594320, expected 96 to 20000, which the partition has")]
    [InlineData(0x40, 950u, "inode_table_start is 950, expected less than directory_table_start (900) and bytes_used (10000)")]
    public void A_superblock_that_cannot_be_true_is_named_and_all_is_kept(int at, uint value, string finding)
    {
        byte[] bytes = Superblock(10_000);
        Le.Put32(bytes, at, value);
        IVolume volume = Open(bytes);
        Assert.Equal((20_000L, 0L), (volume.Bytes, volume.FreeBytes));
        Assert.Equal([$"The squashfs volume is damaged, so all of it is kept. squashfs superblock: {finding}."], volume.Warnings);
    }

    private static IVolume Open(byte[] bytes) => FileSystemProbe.Open(new MemoryStore(bytes));

    private static byte[] Superblock(uint used)
    {
        var bytes = new byte[20_000];
        "hsqs"u8.CopyTo(bytes);
        Le.Put32(bytes, 0x0C, 131072);
        Le.Put16(bytes, 0x16, 17);
        Le.Put16(bytes, 0x1C, 4);
        Le.Put32(bytes, 0x28, used);
        Le.Put32(bytes, 0x40, 800);
        Le.Put32(bytes, 0x48, 900);
        return bytes;
    }
}
