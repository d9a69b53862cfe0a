using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>One field of an extended attribute at a time: in an inode, in a block, or with its value in an inode of its own.</summary>
public class AttributeDamageTests
{
    // In "/small1": entries at 0 ("a", 5 bytes at 84) and 20 ("bbbbb", 9 bytes at 72), in an area of 92 bytes.
    private static readonly Damage[] _all =
    [
        new("a name up to the end of the inode", "features", image => Area(image, "/small1", area => area[20] = 56), "attributes in inode #: e_name_len at byte 20 is 56, expected an entry that ends before byte 88"),
        new("a list without an end", "features", image => Area(image, "/small1", area => { area[20] = 52; area[88] = 1; }), "attributes in inode #: e_name_len at byte 88 is 1, expected an entry that ends before byte 88"),
        new("a value behind the inode", "features", image => Area(image, "/small1", area => Le.Put16(area, 2, 400)), "attributes in inode #: e_value_offs and e_value_size is 400 and 5, expected inside of bytes 48 to 92"),
        new("a value in the entries", "features", image => Area(image, "/small1", area => Le.Put16(area, 2, 44)), "attributes in inode #: e_value_offs and e_value_size is 44 and 5, expected inside of bytes 48 to 92"),
        new("a value of 4 GiB", "features", image => Area(image, "/small1", area => Le.Put32(area, 8, uint.MaxValue)), "attributes in inode #: e_value_offs and e_value_size is 84 and 4294967295, expected inside of bytes 48 to 92"),
        new("two values in one place", "features", image => Area(image, "/small1", area => Le.Put16(area, 2, 76)), "attributes in inode #: e_value_offs and e_value_size is 72 and 9, expected bytes that no other value uses"),
        new("e_hash in an inode", "features", image => Area(image, "/small1", area => Le.Put32(area, 12, 7)), "attributes in inode #: e_hash is 0x00000007, expected 0x#"),
        new("e_hash in a block", "ext4", image => image.XattrBlock(SharedBlock(image), block => Le.Put32(block, 32 + 12, 7)), "extended attribute block #: e_hash is 0x00000007, expected 0x#"),
        new("e_hash of 0 in a block", "ext4", image => image.XattrBlock(SharedBlock(image), block => Le.Put32(block, 32 + 12, 0)), "extended attribute block #: e_hash is 0x00000000, expected 0x#"),
        new("e_name_index in a block", "ext4", image => image.XattrBlock(SharedBlock(image), block => block[33] = 0), "extended attribute block #: e_name_index is 0, expected 1 or more, for the prefix of the name"),
        new("a value behind the block", "ext4", image => image.XattrBlock(SharedBlock(image), block => Le.Put16(block, 34, 1000)), "extended attribute block #: e_value_offs and e_value_size is 1000 and 300, expected inside of bytes 60 to 1024"),
        new("a name behind the block", "pi", image => image.XattrBlock(SharedBlock(image), block => { Le.Put16(block, 56, 0x1FF); block.Slice(58, 900).Fill(0xFF); }), "extended attribute block #: e_name_len at byte"),

        new("e_value_inum of a file", "features", image => Area(image, "/own1", area => Le.Put32(area, 24, image.Find("/own2"))), "attributes in inode #: e_value_inum is #, expected an inode that holds an attribute value"),
        new("e_value_inum beyond the last", "features", image => Area(image, "/own1", area => Le.Put32(area, 24, 513)), "attributes in inode #: e_value_inum is 513, expected an inode that holds an attribute value"),
        new("e_value_inum of a reserved inode", "features", image => Area(image, "/own1", area => Le.Put32(area, 24, 7)), "attributes in inode #: e_value_inum is 7, expected an inode that holds an attribute value"),
        new("e_value_inum without the feature", "ext4", image => image.XattrBlock(SharedBlock(image), block => Le.Put32(block, 36, image.Find("/file"))), "extended attribute block #: e_value_inum is #, expected an inode that holds an attribute value"),
        new("e_hash with a value elsewhere", "features", image => Area(image, "/own1", area => Le.Put32(area, 32, 7)), "attributes in inode #: e_hash is 0x00000007, expected the hash for the value in inode #"),
        new("references to a value", "features", image => image.Inode(ValueOf(image, "/own1"), inode => Le.Put32(inode.Bytes, 0x24, 3)), "inode #: its number of references (i_ctime, l_i_version) is 3, expected 2"),
        new("references to a value, upper half", "features", image => image.Inode(ValueOf(image, "/own1"), inode => inode.ChangeTime = 1), "inode #: its number of references (i_ctime, l_i_version) is 4294967298, expected 2"),
        new("links of a value", "features", image => image.Inode(ValueOf(image, "/own1"), inode => inode.LinksCount = 2), "inode #: i_links_count is 2, expected 1"),
        new("hash of a value", "features", image => image.Inode(ValueOf(image, "/own1"), inode => inode.AccessTime++), "attributes in inode #: e_hash is 0x#, expected the hash for the value in inode #"),
        new("i_blocks without the value", "features", image => image.Inode(image.Find("/own1"), inode => inode.BlocksCount -= 6), "inode #: i_blocks is 0, expected 6"),
        new("a name of a value", "features", image => Entry(image, "tiny", entry => entry.Inode = ValueOf(image, "/own1")), "directory inode 2: entry 'tiny' is inode #, expected a name and an inode in use"),

        new("no system.data", "features", image => Area(image, "/tiny", area => area[16] = (byte)'x'), "inode #: the attribute system.data is missing, expected the rest of the inline content"),
        new("i_size of an inline file", "features", image => image.Inode(image.Find("/tiny"), inode => inode.Size = 61), "inode #: i_size is 61, expected at most 60: the content is inline"),
        new("i_size of an inline directory", "features", image => image.Inode(image.Find("/empty"), inode => inode.Size = 64), "inode #: i_size is 64, expected 60: the content is inline"),
        new("place of an empty system.data", "features", image => Area(image, "/tiny", area => Le.Put16(area, 2, 93)), "inode #: e_value_offs of system.data is 93, expected at most 92"),
        new("extents and inline data", "features", image => image.Inode(image.Find("/tiny"), inode => inode.Flags |= InodeFlags.Extents), "inode #: i_flags is Extents, InlineData, expected either extents or inline data"),
        new("'..' of an inline directory", "features", image => image.Inode(image.Find("/empty"), inode => inode.Block[0] = 11), "directory inode #: '..' is 11, expected 2"),
        new("rec_len in i_block", "features", image => image.Inode(image.Find("/inline"), inode => Le.Put16(inode.Block, 8, 6)), "directory inode #, inline entries: rec_len at byte 0 is 6, expected a multiple of 4 from 16 to 56"),
        new("rec_len in system.data", "features", image => image.Inode(image.Find("/inline"), inode => Le.Put16(InlineData.Open(default, inode).Rest, 4, 100)), "directory inode #, inline entries: rec_len at byte 0 is 100, expected a multiple of 4"),
        new("an inline entry", "features", image => image.Inode(image.Find("/inline"), inode => Le.Put32(inode.Block, 4, 400)), "directory inode #: entry 'below' is inode 400, expected a name and an inode in use"),
    ];

    public static TheoryData<string> Names => [.. _all.Select(damage => damage.Name)];

    private delegate void EntryEdit(DirEntry entry);

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_found(string name) => _all.Single(damage => damage.Name == name).ExpectFound();

    [Theory]
    [InlineData("h_hash")]
    [InlineData("an index that is not known")]
    [InlineData("the place of an empty value")]
    [InlineData("signed characters in a name")]
    public void What_no_driver_minds_is_sound(string what)
    {
        var image = new EditedImage(what == "the place of an empty value" ? "features" : "ext4");
        switch (what)
        {
            case "h_hash": image.XattrBlock(SharedBlock(image), block => block[0xC] ^= 1); break;
            case "an index that is not known": image.XattrBlock(SharedBlock(image), block => block[33] = 77); break;
            case "the place of an empty value": Area(image, "/small1", area => { Le.Put32(area, 8, 0); Le.Put16(area, 2, 9999); }); break;
            default:
                image.XattrBlock(SharedBlock(image), block =>
                {
                    // "\xE4" alone, with a value of four zero bytes: 0xFFFFFFE4 for who takes it for signed.
                    block[32..].Clear();
                    block[32] = 1;
                    block[33] = 1;
                    Le.Put16(block, 34, 1020);
                    Le.Put32(block, 40, 4);
                    Le.Put32(block, 44, 0xFFE4FFFF);
                    block[48] = 0xE4;
                });
                break;
        }

        Assert.Empty(image.Findings());
    }

    [Fact]
    public void A_value_that_is_not_what_its_hash_says_is_remarked_upon()
    {
        var image = new EditedImage("features");
        image.Block(image.BlockOf(ValueOf(image, "/own1"), 0), block => block[0] ^= 1);
        AuditReport report = Audit.Run(image.Reopen());
        Assert.True(report.IsClean);
        Assert.EndsWith("is not the one that its hash is of, expected a value with the hash in i_atime", Assert.Single(report.Remarks).ToString());
    }

    private static void Area(EditedImage image, string path, EditedImage.BlockEdit edit) =>
        image.Inode(image.Find(path), inode => edit(inode.XattrArea[4..]));

    private static uint ValueOf(EditedImage image, string path) =>
        Le.U32(new Inode(image.Volume.ReadInode(new(image.Find(path)))).XattrArea, 4 + 24);

    private static long SharedBlock(EditedImage image) => new Inode(image.Volume.ReadInode(new(image.Find("/attributes1")))).XattrBlock;

    private static void Entry(EditedImage image, string name, EntryEdit edit)
    {
        var (_, logical, at) = image.FindIn(2, name);
        image.DirectoryLeaf(2, logical, block => edit(new DirEntry(block[at..])));
    }
}
