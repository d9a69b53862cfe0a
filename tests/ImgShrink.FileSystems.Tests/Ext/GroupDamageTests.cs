using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>One field of a group descriptor, of a bitmap or of the superblock's totals at a time.</summary>
public class GroupDamageTests
{
    private static readonly Damage[] _all =
    [
        new("bg_checksum", "ext4", image => image.Volume.Store.Write(2 * 1024 + 64 + 0xC, [1, 2]),
            "descriptor of block group 1: bg_checksum is 0x#, expected 0x#"),
        new("bg_block_bitmap behind the end", "ext4", image => image.Group(2, group => group.BlockBitmap = 8192),
            "descriptor of block group 2: bg_block_bitmap is 8192, expected 1 to 8191"),
        new("bg_block_bitmap of 0", "ext4", image => image.Group(2, group => group.BlockBitmap = 0),
            "descriptor of block group 2: bg_block_bitmap is 0, expected 1 to 8191"),
        new("bg_block_bitmap beyond 2^32", "ext4", image => image.Group(2, group => group.BlockBitmap |= 1L << 40),
            "descriptor of block group 2: bg_block_bitmap is #, expected 1 to 8191"),
        new("bg_inode_bitmap of another group", "ext4", image => image.Group(2, group => group.InodeBitmap--),
            "descriptor of block group 2: bg_inode_bitmap is #, expected blocks that no other structure uses"),
        new("bg_inode_table over the end", "ext4", image => image.Group(1, group => group.InodeTable = 8192 - 31),
            "descriptor of block group 1: bg_inode_table is 8161, expected 1 to 8160"),
        new("bg_inode_table over the descriptors", "ext4", image => image.Group(1, group => group.InodeTable = 2030),
            "descriptor of block group 1: bg_inode_table is 2030, expected blocks that no other structure uses"),
        new("bg_free_blocks_count", "ext4", image => image.Group(3, group => group.FreeBlocks++),
            "descriptor of block group 3: bg_free_blocks_count is #, expected #"),
        new("bg_free_inodes_count", "ext4", image => image.Group(1, group => group.FreeInodes--),
            "descriptor of block group 1: bg_free_inodes_count is #, expected #"),
        new("bg_used_dirs_count", "ext4", image => image.Group(1, group => group.UsedDirs += 65536),
            "descriptor of block group 1: bg_used_dirs_count is #, expected #"),
        new("bg_block_bitmap_csum", "ext4", image => image.Group(0, group => group.BlockBitmapChecksum ^= 0x10000),
            "block bitmap of group 0: bg_block_bitmap_csum is #, expected #"),
        new("bg_inode_bitmap_csum", "ext4", image => image.Group(0, group => group.InodeBitmapChecksum ^= 1),
            "inode bitmap of group 0: bg_inode_bitmap_csum is #, expected #"),
        new("a block in use that the bitmap calls free", "ext4", image => image.BlockBitmap(0, bits => bits[0] &= 0xFB),
            "block bitmap of group 0: bit 2 (block 3) is free, expected in use"),
        new("a free block that the bitmap calls in use", "pi", image => image.BlockBitmap(3, bits => bits[2046 >> 3] |= 1 << (2046 & 7)),
            "block bitmap of group 3: bit 2046 (block 8191) is in use, expected free"),
        new("padding of a block bitmap", "ext2", image => image.BlockBitmap(3, bits => bits[^1] = 0x7F),
            "block bitmap of group 3: bit 8191 (block 11264) is free, expected in use"),
        new("padding of an inode bitmap", "ext4", image => image.InodeBitmap(0, bits => bits[128 >> 3] &= 0xFE),
            "inode bitmap of group 0: bit 128 (inode 129) is free, expected in use"),
        new("an inode in use that the bitmap calls free", "ext4", image => image.InodeBitmap(0, bits => bits[0] &= 0xFD),
            "inode bitmap of group 0: bit 1 (inode 2) is free, expected in use"),
        new("bg_itable_unused", "ext4", image => image.Group(0, group => group.UnusedInodes = 128),
            "ext superblock: s_orphan_file_inum is 12, expected an inode in use"),
        new("s_free_blocks_count", "pi", image => image.Superblock(superblock => superblock.FreeBlocks += 1),
            "ext superblock: s_free_blocks_count is #, expected #"),
        new("s_free_inodes_count", "ext2", image => image.Superblock(superblock => superblock.FreeInodes = 0),
            "ext superblock: s_free_inodes_count is 0, expected #"),
        new("a table outside of its group without flex_bg", "ext2", image => image.Group(1, group => group.BlockBitmap = 3000),
            "descriptor of block group 1: bg_block_bitmap is 3000, expected 1025 to 2048"),
    ];

    public static TheoryData<string> Names => [.. _all.Select(damage => damage.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_found(string name) => _all.Single(damage => damage.Name == name).ExpectFound();

    [Fact]
    public void Nothing_is_read_from_a_bitmap_that_says_it_was_never_written()
    {
        var image = new EditedImage("ext4");
        image.Group(2, group => Assert.True(group.Flags.HasFlag(GroupFlags.InodeUninit)));
        image.Block(image.Volume.Groups[2].InodeBitmap, bits => bits.Fill(0x55));
        Assert.Empty(image.Findings());
    }
}
