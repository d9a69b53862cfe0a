using ImgShrink.Blocks;
using ImgShrink.FileSystems.Erofs.OnDisk;

namespace ImgShrink.FileSystems.Tests.Erofs;

public class ErofsVolumeTests
{
    [Theory]
    [InlineData(12)]
    [InlineData(9)]
    public void It_ends_where_its_superblock_says(int blockBits)
    {
        IVolume volume = Open(Superblock(blockBits));
        Assert.Equal(("erofs", "system", "00010203-0405-0607-0809-0a0b0c0d0e0f"), (volume.FileSystem, volume.Label, volume.Uuid));
        Assert.Equal((7L << blockBits, 0L), (volume.Bytes, volume.FreeBytes));
        Assert.Equal([new ByteRange(0, 7 << blockBits)], volume.DataRanges().Ranges());
        Assert.Empty(volume.Warnings);
    }

    [Fact]
    public void With_wide_addresses_all_of_it_counts()
    {
        byte[] bytes = Superblock(12);
        Le.Put32(bytes, 0x450, 0x80);
        Assert.Equal(32768, Open(Sealed(bytes, 12)).Bytes);
    }

    [Theory]
    [InlineData(0x0C, 0x08u, "blkszbits is 8, expected 9 to 16")]
    [InlineData(0x0C, 0xFFu, "blkszbits is 255, expected 9 to 16")]
    [InlineData(0x24, 9u, "blocks is 9, expected 1 to 8, which the partition has")]
    [InlineData(0x24, 0u, "blocks is 0, expected 1 to 8, which the partition has")]
    public void A_superblock_that_cannot_be_true_is_named_and_all_is_kept(int field, uint value, string finding)
    {
        byte[] bytes = Superblock(12);
        Le.Put32(bytes, 0x400 + field, value);
        AssertKept(Sealed(bytes, 12), finding);
    }

    [Fact]
    public void A_checksum_that_is_wrong_is_named_and_all_is_kept()
    {
        byte[] bytes = Superblock(12);
        bytes[0x444] ^= 1;
        AssertKept(bytes, "checksum is 0x", exact: false);
    }

    private static void AssertKept(byte[] bytes, string finding, bool exact = true)
    {
        IVolume volume = Open(bytes);
        Assert.Equal(bytes.Length, volume.DataRanges().TotalBytes);
        string expected = $"The erofs volume is damaged, so all of it is kept. erofs superblock: {finding}{(exact ? "." : "")}";
        Assert.StartsWith(expected, Assert.Single(volume.Warnings));
    }

    private static IVolume Open(byte[] bytes) => FileSystemProbe.Open(new MemoryStore(bytes));

    private static byte[] Superblock(int blockBits)
    {
        var bytes = new byte[32768];
        Le.Put32(bytes, 0x400, 0xE0F5E1E2);
        Le.Put32(bytes, 0x408, 1);
        bytes[0x40C] = (byte)blockBits;
        Le.Put32(bytes, 0x424, 7);
        for (int i = 0; i < 16; i++)
            bytes[0x430 + i] = (byte)i;
        "system"u8.CopyTo(bytes.AsSpan(0x440));
        return Sealed(bytes, blockBits);
    }

    private static byte[] Sealed(byte[] bytes, int blockBits)
    {
        int covered = blockBits > 10 ? (1 << blockBits) - 1024 : 1 << blockBits;
        Le.Put32(bytes, 0x404, ErofsSuperblock.ChecksumOf(bytes.AsSpan(1024, covered)));
        return bytes;
    }
}
