using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>One field of the superblock at a time.</summary>
public class SuperblockTests
{
    [Theory]
    [InlineData("s_log_block_size", 0x18, 4, 7, "7, expected 0 to 6")]
    [InlineData("s_first_data_block", 0x14, 4, 0, "0, expected 1")]
    [InlineData("s_rev_level", 0x4C, 4, 2, "2, expected 0 or 1")]
    [InlineData("s_inode_size", 0x58, 2, 300, "300, expected a power of two from 128 to 1024")]
    [InlineData("s_inode_size", 0x58, 2, 2048, "2048, expected a power of two from 128 to 1024")]
    [InlineData("s_inode_size", 0x58, 2, 0, "0, expected a power of two from 128 to 1024")]
    [InlineData("s_desc_size", 0xFE, 2, 48, "48, expected a power of two from 64 to 1024")]
    [InlineData("s_desc_size", 0xFE, 2, 0, "0, expected a power of two from 64 to 1024")]
    [InlineData("s_blocks_per_group", 0x20, 4, 0, "0, expected a multiple of 8 from 8 to 8192")]
    [InlineData("s_blocks_per_group", 0x20, 4, 2052, "2052, expected a multiple of 8 from 8 to 8192")]
    [InlineData("s_blocks_per_group", 0x20, 4, 8200, "8200, expected a multiple of 8 from 8 to 8192")]
    [InlineData("s_inodes_per_group", 0x28, 4, 0, "0, expected a multiple of 8 from 8 to 8192")]
    [InlineData("s_inodes_per_group", 0x28, 4, 129, "129, expected a multiple of 8 from 8 to 8192")]
    [InlineData("s_inodes_per_group", 0x28, 4, 0xFFFFFFF8, "4294967288, expected a multiple of 8 from 8 to 8192")]
    [InlineData("s_log_cluster_size", 0x1C, 4, 2, "2, expected 0, as s_log_block_size")]
    [InlineData("s_clusters_per_group", 0x24, 4, 1024, "1024, expected 2048, as s_blocks_per_group")]
    [InlineData("s_blocks_count", 0x4, 4, 1, "1, expected more than 1")]
    [InlineData("s_blocks_count", 0x150, 4, 0x80000000, "-9223372036854767616, expected more than 1")]
    [InlineData("s_blocks_count", 0x4, 4, 8193, "8193 blocks of 1024 bytes, expected at most 8192, which the partition holds")]
    [InlineData("s_blocks_count", 0x150, 4, 1, "4294975488 blocks of 1024 bytes, expected at most 8192, which the partition holds")]
    [InlineData("s_reserved_gdt_blocks", 0xCE, 2, 257, "257, expected at most 256")]
    [InlineData("s_inodes_count", 0x0, 4, 511, "511, expected 512 (groups x inodes per group)")]
    [InlineData("s_first_ino", 0x54, 4, 10, "10, expected 11 to 512")]
    [InlineData("s_first_ino", 0x54, 4, 513, "513, expected 11 to 512")]
    public void A_wrong_number_is_named(string field, int offset, int size, long value, string expected)
    {
        byte[] bytes = EditedImage.Load("ext4");
        Span<byte> superblock = bytes.AsSpan(Superblock.Offset, Superblock.Size);
        if (size == 2)
            Le.Put16(superblock, offset, (ushort)value);
        else
            Le.Put32(superblock, offset, (uint)value);
        RenewChecksum(superblock);
        var damage = Assert.Throws<CorruptImageException>(() => ExtVolume.Open(new MemoryStore(bytes)));
        Assert.StartsWith($"ext superblock: {field} is {expected}. ", damage.Message);
    }

    [Fact]
    public void A_last_group_without_room_for_its_copies_is_named() => new Damage(
        "", "ext4", image => image.Superblock(superblock => superblock.BlocksCount = 6145 + 256),
        "ext superblock: s_blocks_count is 6401, expected at least 257 blocks in the last group").ExpectFound();

    [Fact]
    public void Descriptor_blocks_that_begin_behind_the_last_one_are_named() => new Damage("", "ext4",
        image => image.Superblock(superblock => WithMetaBg(superblock, first: 2)),
        "ext superblock: s_first_meta_bg is 2, expected at most 1, the number of descriptor blocks").ExpectFound();

    [Fact]
    public void Descriptor_blocks_in_their_groups_next_to_a_resize_inode_are_named() => new Damage("", "ext4",
        image => image.Superblock(superblock => WithMetaBg(superblock, first: 1)),
        "ext superblock: s_feature_compat is #, expected without resize_inode, which does not go with meta_bg").ExpectFound();

    private static void WithMetaBg(Superblock superblock, uint first)
    {
        superblock.Incompat |= IncompatFeatures.MetaBg;
        superblock.FirstMetaBg = first;
    }

    [Fact]
    public void A_wrong_magic_is_named()
    {
        byte[] bytes = EditedImage.Load("ext4");
        Assert.True(ExtVolume.Recognises(new MemoryStore(bytes)));
        Le.Put16(bytes, Superblock.Offset + 0x38, 0x1234);
        Assert.False(ExtVolume.Recognises(new MemoryStore(bytes)));
        var damage = Assert.Throws<CorruptImageException>(() => ExtVolume.Open(new MemoryStore(bytes)));
        Assert.StartsWith("ext superblock: s_magic at byte 1080 is 0x1234, expected 0xEF53. ", damage.Message);
    }

    [Fact]
    public void A_volume_too_short_for_a_superblock_is_not_recognised() =>
        Assert.False(ExtVolume.Recognises(new MemoryStore(EditedImage.Load("ext4")[..2047])));

    [Fact]
    public void A_wrong_checksum_is_named()
    {
        byte[] bytes = EditedImage.Load("ext4");
        string right = $"0x{Le.U32(bytes, Superblock.Offset + 0x3FC):X8}";
        bytes[Superblock.Offset + 0x3FF] ^= 1;
        string wrong = $"0x{Le.U32(bytes, Superblock.Offset + 0x3FC):X8}";
        var damage = Assert.Throws<CorruptImageException>(() => ExtVolume.Open(new MemoryStore(bytes)));
        Assert.StartsWith($"ext superblock: s_checksum is {wrong}, expected {right}. ", damage.Message);
    }

    [Fact]
    public void An_unknown_kind_of_checksum_is_named()
    {
        byte[] bytes = EditedImage.Load("ext4");
        bytes[Superblock.Offset + 0x175] = 2;
        var damage = Assert.Throws<CorruptImageException>(() => ExtVolume.Open(new MemoryStore(bytes)));
        Assert.StartsWith("ext superblock: s_checksum_type is 2, expected 1 (crc32c). ", damage.Message);
    }

    [Fact]
    public void A_copy_that_was_cut_short_says_how_much_is_missing()
    {
        byte[] bytes = EditedImage.Load("ext4")[..^5000];
        var damage = Assert.Throws<CorruptImageException>(() => ExtVolume.Open(new MemoryStore(bytes)));
        Assert.Contains("5000 bytes are missing at the end", damage.Message);
        Assert.Equal(3, damage.ExitCode);
    }

    private static void RenewChecksum(Span<byte> bytes)
    {
        var superblock = new Superblock(bytes);
        superblock.Checksum = superblock.ComputeChecksum();
    }
}
