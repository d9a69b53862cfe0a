using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>One field of an inode, of a block map or of an attribute block at a time.</summary>
public class InodeDamageTests
{
    private static readonly Damage[] _all =
    [
        new("i_checksum", "ext4", image => image.RawInode(image.Find("/file"), inode => inode.ModifyTime++),
            "inode #: i_checksum is 0x#, expected 0x#"),
        new("i_mode", "ext4", image => image.Inode(image.Find("/file"), inode => inode.Mode = 0x3000), "inode #: i_mode is 0x3000, expected one of"),
        new("i_mode of the root", "ext4", image => image.Inode(2, inode => inode.Mode = 0x81A4), "inode 2: i_mode is 0x81A4, expected a directory"),
        new("i_mode of the journal", "ext4", image => image.Inode(8, inode => inode.Mode = 0x4180), "inode 8: "),
        new("i_dtime", "pi", image => image.Inode(image.Find("/file"), inode => inode.DeletionTime = 77), "inode #: i_dtime is 77, expected 0"),
        new("i_extra_isize", "pi", image => image.Inode(image.Find("/file"), inode => inode.ExtraSize = 132), "inode #: i_extra_isize is 132, expected at most 128"),
        new("i_flags", "ext4", image => image.Inode(image.Find("/file"), inode => inode.Flags |= InodeFlags.EaInode), "inode #: i_flags is EaInode, expected no such flag"),
        new("i_size too small", "ext4", image => image.Inode(image.Find("/file"), inode => inode.Size = 2047), "inode #: i_size is 2047, expected at least 2048"),
        new("i_size below 0", "ext2", image => image.Inode(image.Find("/file"), inode => Le.Put32(inode.Bytes, 0x6C, 0x80000000)), "inode #: i_size is -"),
        new("i_size of 2^63 - 1", "ext4", image => image.Inode(image.Find("/file"), inode => inode.Size = long.MaxValue), "inode #: i_size is 9223372036854775807, expected at most 4398046511103, the most that can be mapped"),
        new("i_size of a directory", "ext4", image => image.Inode(image.Find("/dir"), inode => inode.Size = 2048), "inode #: i_size is 2048, expected 1024"),
        new("i_blocks", "ext4", image => image.Inode(image.Find("/far"), inode => inode.BlocksCount += 2), "inode #: i_blocks is 66, expected 64"),
        new("i_blocks in blocks", "ext4", image => image.Inode(image.Find("/file"), inode => inode.Flags |= InodeFlags.HugeFile), "inode #: i_blocks is 6, expected 3"),
        new("i_links_count", "pi", image => image.Inode(image.Find("/file"), inode => inode.LinksCount = 3), "inode #: i_links_count is 3, expected 2"),
        new("i_links_count of a directory", "pi", image => image.Inode(image.Find("/dir"), inode => inode.LinksCount = 2), "inode #: i_links_count is 2, expected 3"),
        new("i_links_count of a file in use", "pi", image => image.Inode(image.Find("/large"), inode => inode.LinksCount = 0), "directory inode 2: entry 'large' is inode #, expected a name and an inode in use"),
        new("i_dtime that may be a link", "ext4", image => image.Inode(image.Find("/file"), inode => inode.DeletionTime = 512), "inode #: i_dtime is 512, expected 0"),
        new("i_size of a device", "ext4", image => image.Inode(image.Find("/char"), inode => inode.Size = 1), "inode #: i_size is 1, expected 0: it is a device, a fifo or a socket"),
        new("extents of a fifo", "ext4", image => image.Inode(image.Find("/fifo"), inode => inode.Flags |= InodeFlags.Extents), "inode #: i_flags is Extents, expected no content: it is a device, a fifo or a socket"),
        new("i_size of a link", "ext4", image => image.Inode(image.Find("/fast"), inode => inode.Size = 3), "inode #: i_size is 3, expected 4, the length of the link's target"),
        new("i_size of a long link", "ext4", image => image.Inode(image.Find("/slow"), inode => inode.Size = 300), "inode #: i_size is 300, expected 201, the length of the link's target"),
        new("i_size beyond what pointers map", "ext2", image => image.Inode(image.Find("/file"), inode => inode.Size = 17247252481), "inode #: i_size is 17247252481, expected at most 17247252480, the most that can be mapped"),
        new("i_blocks_high without huge_file", "pi", image => image.Inode(image.Find("/file"), inode => Le.Put16(inode.Bytes, 0x74, 1)), "inode #: i_blocks is 4294967302, expected 6"),
        new("an inode reserved for nothing", "ext4", image => image.Inode(9, inode => inode.Mode = 0x8180), "inode 9: its content is i_mode 0x8180, expected nothing: it is reserved and not in use"),
        new("i_blocks of a reserved inode", "ext4", image => image.Inode(6, inode => inode.BlocksCount = 2), "inode 6: its content is i_blocks 2, expected nothing"),
        new("a quota inode without quota", "ext4", image => image.Inode(3, inode => inode.Block[1] = 2), "inode 3: its content is i_block 512, expected nothing"),
        new("i_checksum of the inode of bad blocks", "ext4", image => image.RawInode(1, inode => inode.ModifyTime = 77), "inode 1: i_checksum is #, expected #"),
        new("the inode of bad blocks with a mode", "ext4", image => image.Inode(1, inode => inode.Mode = 0x8180), "inode 1: i_mode is 0x8180, expected 0: it is for bad blocks, and has none"),
        new("the journal's links", "ext4", image => image.Inode(8, inode => inode.LinksCount = 2), "inode 8: i_links_count is 2, expected 1"),
        new("a pointer too many of the resize inode", "ext4", image => image.Inode(7, inode => inode.Block[0] = 2), "inode 7: i_block is more than one pointer, expected i_block[13] alone"),
        new("i_file_acl", "ext4", image => image.Inode(image.Find("/file"), inode => inode.XattrBlock = 9000), "inode #: i_file_acl is 9000, expected inside"),
        new("i_file_acl beyond 2^32", "ext4", image => image.Inode(image.Find("/file"), inode => inode.XattrBlock = 1L << 40), "inode #: i_file_acl is 1099511627776, expected inside"),
        new("i_file_acl of a block in use", "ext4", image => image.Inode(image.Find("/file"), inode => inode.XattrBlock = image.BlockOf(image.Find("/large"), 3)), "inode #: block # to # is used by another inode or structure too"),

        new("eh_magic", "ext4", image => image.Inode(image.Find("/file"), inode => inode.Block[0] = 0), "inode #: eh_magic is 62208, expected 62218 (0xF30A)"),
        new("eh_max", "ext4", image => image.Inode(image.Find("/file"), inode => inode.Block[4] = 5), "inode #: eh_max is 5, expected 1 to 4"),
        new("eh_max of 0", "ext4", image => image.Inode(image.Find("/file"), inode => inode.Block[4] = 0), "inode #: eh_max is 0, expected 1 to 4"),
        new("eh_entries", "ext4", image => image.Inode(image.Find("/file"), inode => inode.Block[2] = 5), "inode #: eh_entries is 5, expected at most 4"),
        new("eh_depth", "ext4", image => image.Inode(image.Find("/file"), inode => inode.Block[6] = 6), "inode #: eh_depth is 6, expected at most 5"),
        new("eh_depth too deep", "ext4", image => image.Inode(image.Find("/far"), inode => inode.Block[6] = 2), "inode #: eh_depth is 0, expected 1"),
        new("ee_len", "ext4", image => image.Inode(image.Find("/file"), inode => Le.Put16(inode.Block, 12 + 4, 0)), "inode #: ee_len is 0, expected more than 0"),
        new("ee_start behind the end", "ext4", image => image.Inode(image.Find("/file"), inode => Le.Put32(inode.Block, 12 + 8, 8190)), "inode #: ee_start is 8190, expected inside"),
        new("ee_start of 0", "ext4", image => image.Inode(image.Find("/file"), inode => Le.Put32(inode.Block, 12 + 8, 0)), "inode #: ee_start is 0, expected inside"),
        new("ee_start_hi", "ext4", image => image.Inode(image.Find("/file"), inode => Le.Put16(inode.Block, 12 + 6, 1)), "inode #: ee_start is 429496#, expected inside"),
        new("ee_block out of order", "ext4", image => image.ExtentNode(image.Find("/far"), NodeOf(image), node => Le.Put32(node, 12 + 12, 0)), "inode #: ee_block is 0, expected at least 1"),
        new("ee_block behind 2^32", "ext4", image => image.ExtentNode(image.Find("/far"), NodeOf(image), node => { Le.Put32(node, 12 + 30 * 12, uint.MaxValue); Le.Put16(node, 12 + 30 * 12 + 4, 2); }), "inode #: ee_block is 4294967295, expected an extent that ends within 2^32 blocks"),
        new("et_checksum", "ext4", image => image.Block(NodeOf(image), node => node[^1] ^= 1), "inode #: et_checksum in block # is #, expected #"),
        new("eh_entries of a node", "ext4", image => image.ExtentNode(image.Find("/far"), NodeOf(image), node => Le.Put16(node, 2, 0)), "inode #: eh_entries in block # is 0, expected more than 0"),
        new("eh_max of a node", "ext4", image => image.ExtentNode(image.Find("/far"), NodeOf(image), node => Le.Put16(node, 4, 85)), "inode #: eh_max in block # is 85, expected at most 84"),
        new("eh_magic of a node", "pi", image => image.ExtentNode(image.Find("/far"), NodeOf(image), node => Le.Put16(node, 0, 1)), "inode #: eh_magic in block # is 1, expected 62218 (0xF30A)"),
        new("ei_block", "ext4", image => image.Inode(image.Find("/far"), inode => Le.Put32(inode.Block, 12, 1)), "inode #: ei_block of block # is 1, expected 0, as in its child"),
        new("ei_leaf", "ext4", image => image.Inode(image.Find("/far"), inode => Le.Put32(inode.Block, 16, 8192)), "inode #: ei_leaf is 8192, expected inside"),
        new("a tree that contains itself", "pi", image => image.ExtentNode(image.Find("/far"), NodeOf(image), node => { Le.Put16(node, 6, 1); Le.Put32(node, 16, (uint)NodeOf(image)); }), "inode #: eh_depth is 1, expected 0"),
        new("a block of two files", "ext4", image => image.Inode(image.Find("/file"), inode => Le.Put32(inode.Block, 12 + 8, (uint)image.BlockOf(image.Find("/large"), 5))), "inode #: block # to # is used by another inode or structure too, expected a block of its own"),
        new("a block of the inode table", "ext4", image => image.Inode(image.Find("/file"), inode => Le.Put32(inode.Block, 12 + 8, (uint)image.Volume.Groups[0].InodeTable)), "inode #: block # to # is used by another inode or structure too"),
        new("a node block of two trees", "pi", image => image.Inode(image.Find("/spread"), inode => Le.Put32(inode.Block, 16, (uint)NodeOf(image))), "inode #: block # is used by another inode or structure too"),

        new("a direct pointer", "ext2", image => image.Inode(image.Find("/large"), inode => Le.Put32(inode.Block, 4, 4096)), "inode #: pointer to file block 1 is 4096, expected inside"),
        new("a single indirect pointer", "ext2", image => image.Inode(image.Find("/large"), inode => Le.Put32(inode.Block, 48, 5000)), "inode #: pointer to file block 12 is 5000, expected inside"),
        new("a pointer in an indirect block", "ext2", image => image.Block(Le.U32(image.Volume.ReadInode(new(image.Find("/large"))), 0x28 + 48), block => Le.Put32(block, 4, uint.MaxValue)), "inode #: pointer to file block 13 is 4294967295, expected inside"),
        new("one block twice in a file", "ext2", image => image.Inode(image.Find("/large"), inode => Le.Put32(inode.Block, 4, Le.U32(inode.Block, 0))), "inode #: block # is used by another inode or structure too"),

        new("h_refcount", "ext4", image => image.XattrBlock(SharedBlock(image), block => Le.Put32(block, 4, 4)), "extended attribute block #: h_refcount is 4, expected 3"),
        new("h_magic", "ext4", image => image.XattrBlock(SharedBlock(image), block => Le.Put32(block, 0, 4)), "extended attribute block #: h_magic and h_blocks is 0x00000004 and 1, expected 0xEA020000 and 1"),
        new("h_blocks", "pi", image => image.XattrBlock(SharedBlock(image), block => Le.Put32(block, 8, 2)), "extended attribute block #: h_magic and h_blocks is 0xEA020000 and 2"),
        new("h_checksum", "ext4", image => image.Block(SharedBlock(image), block => block[^1] ^= 1), "extended attribute block #: h_checksum is #, expected #"),
    ];

    public static TheoryData<string> Names => [.. _all.Select(damage => damage.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_found(string name) => _all.Single(damage => damage.Name == name).ExpectFound();

    [Fact]
    public void What_does_no_harm_is_remarked_upon_and_shrunk_as_it_is()
    {
        var image = new EditedImage("ext4");
        image.Inode(image.Find("/file"), inode => inode.DeletionTime = 1_700_000_000);
        image.Inode(image.Find("/fifo"), inode => inode.Flags |= InodeFlags.Immutable);
        image.Inode(image.Find("/large"), inode => { inode.ModifyTime = 0xFFFFFFF0; Le.Put32(inode.Bytes, 0x88, 3); });
        image.Inode(5, inode => inode.Size = 7);
        AuditReport report = Audit.Run(image.Reopen());
        Assert.Equal(
            ["i_dtime is 1700000000, expected 0: the inode is in use", "i_flags is Immutable, expected only on files and directories",
                "a time is beyond the year 2310, expected one before 1970, most likely",
                "its content is i_flags 0x00000000 and i_size 7, expected nothing: it is reserved and not in use"],
            report.Remarks.Select(remark => $"{remark.Place} is {remark.Found}, expected {remark.Expected}"));
        Assert.True(report.IsClean);
        image.Reopen().PlanShrink(ShrinkRoom.None, CancellationToken.None);
    }

    [Fact]
    public void What_is_odd_about_the_volume_and_does_no_harm_is_remarked_upon()
    {
        var image = new EditedImage("ext4");
        image.Superblock(superblock =>
        {
            superblock.ReadOnly &= ~ReadOnlyFeatures.LargeFile;
            superblock.MinExtraIsize = 13;
        });
        image.Inode(image.Find("/file"), inode => inode.Size = 1L << 31);
        AuditReport report = Audit.Run(image.Reopen());
        Assert.Empty(report.Findings);
        Assert.Equal(
            ["i_size is 2147483648, expected at most 2147483647 without the feature 'large_file'",
                "s_min_extra_isize is 13, expected 0, or a multiple of 4 up to 128"],
            report.Remarks.Select(remark => $"{remark.Place} is {remark.Found}, expected {remark.Expected}"));
    }

    private static long NodeOf(EditedImage image) => image.MapOf(image.Find("/far")).Nodes.Single().Block;

    private static long SharedBlock(EditedImage image) => new Inode(image.Volume.ReadInode(new(image.Find("/attributes1")))).XattrBlock;
}
