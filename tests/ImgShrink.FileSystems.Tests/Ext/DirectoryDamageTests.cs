using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>One field of a directory at a time.</summary>
public class DirectoryDamageTests
{
    private static readonly Damage[] _all =
    [
        new("rec_len of 0", "ext4", image => Entry(image, "/late", "file7", entry => entry.RecordLength = 0), "directory inode #, block 0: rec_len at byte # is 0, expected a multiple of 4 from 8 to #"),
        new("rec_len shorter than the name", "ext4", image => Entry(image, "/late", "file17", entry => entry.RecordLength = 12), "directory inode #, block 0: rec_len at byte # is 12, expected a multiple of 4 from 16 to #"),
        new("rec_len that is odd", "ext4", image => Entry(image, "/late", "file7", entry => entry.RecordLength = 18), "directory inode #, block 0: rec_len at byte # is 18, expected a multiple of 4 from 16 to #"),
        new("rec_len over the end", "pi", image => Entry(image, "/late", "file7", entry => entry.RecordLength = 1024), "directory inode #, block 0: rec_len at byte # is 1024, expected a multiple of 4 from 16 to #"),
        new("checksum of a block of entries", "ext4", image => image.Block(image.BlockOf(image.Find("/late"), 0), block => block[^1] ^= 1), "directory inode #, block 0: checksum is #, expected #"),
        new("checksum tail", "ext4", image => image.Block(image.BlockOf(image.Find("/late"), 0), block => block[^5] = 0), "directory inode #, block 0: checksum tail at byte 1012 is missing, expected a record of 12 bytes and type 0xDE"),
        new("checksum of the index", "ext4", image => image.Block(image.BlockOf(image.Find("/indexed"), 0), block => block[^1] ^= 1), "directory inode #, block 0: checksum is #, expected #"),
        new("limit of the index", "ext4", image => image.Block(image.BlockOf(image.Find("/indexed"), 0), block => Le.Put16(block, 0x20, 124)), "directory inode #, block 0: limit of the hash index is 124, expected 123"),
        new("limit of the index without checksums", "ext2", image => image.Block(image.BlockOf(image.Find("/indexed"), 0), block => Le.Put16(block, 0x20, 123)), "directory inode #, block 0: limit of the hash index is 123, expected 124"),
        new("count of the index", "ext4", image => image.Block(image.BlockOf(image.Find("/indexed"), 0), block => Le.Put16(block, 0x22, 0)), "directory inode #, block 0: count of the hash index is 0, expected 1 to 123"),
        new("count of the index over its limit", "pi", image => image.Block(image.BlockOf(image.Find("/indexed"), 0), block => Le.Put16(block, 0x22, 125)), "directory inode #, block 0: count of the hash index is 125, expected 1 to 124"),
        new("an inode that is not in use", "ext4", image => Entry(image, "/late", "file7", entry => entry.Inode = 500), "directory inode #: entry 'file7' is inode 500, expected a name and an inode in use"),
        new("an inode that is reserved", "ext4", image => Entry(image, "/late", "file7", entry => entry.Inode = 8), "directory inode #: entry 'file7' is inode 8, expected a name and an inode in use"),
        new("an inode beyond the last", "ext4", image => Entry(image, "/late", "file7", entry => entry.Inode = uint.MaxValue), "directory inode #: entry 'file7' is inode 4294967295, expected a name and an inode in use"),
        new("the inode of another file", "ext4", image => Entry(image, "/late", "file7", entry => entry.Inode = image.Find("/large")), "inode #: its names is none, expected at least one directory entry"),
        new("file_type", "ext4", image => Entry(image, "/", "char", entry => entry.FileType = 4), "directory inode 2: file type of 'char' is 4, expected 3"),
        new("a slash in a name", "ext4", image => Entry(image, "/late", "file7", entry => entry.Name[0] = (byte)'/'), "directory inode #: entry '/ile7' is inode #, expected a name and an inode in use"),
        new("a name of no length", "pi", image => Entry(image, "/late", "file7", entry => entry.NameLength = 0), "directory inode #: entry '' is inode #, expected a name and an inode in use"),
        new("a second '..'", "pi", image => Entry(image, "/late", "file7", entry => { entry.NameLength = 2; entry.Name.Fill((byte)'.'); }), "directory inode #: entry '..' is inode #, expected a name and an inode in use"),
        new("'.' with another number", "ext4", image => Entry(image, "/dir", ".", entry => entry.Inode = 2), "directory inode #: entry 0 is 2, expected '.' with its own number"),
        new("'..' with another name", "ext4", image => Entry(image, "/dir", "..", entry => entry.Name[1] = (byte)'x'), "directory inode #: entry 1 is 2, expected '..'"),
        new("'..' with another number", "ext4", image => Entry(image, "/dir", "..", entry => entry.Inode = image.Find("/late")), "directory inode #: '..' is #, expected 2"),
        new("'.' that goes on behind its name", "ext4", image => image.DirectoryLeaf(image.Find("/dir"), 0, block => block[9] = 1), "directory inode #: entry 0 is #, expected '.' with its own number"),
        new("'..' that goes on behind its name", "pi", image => image.DirectoryLeaf(image.Find("/dir"), 0, block => block[22] = (byte)'x'), "directory inode #: entry 1 is 2, expected '..'"),
        new("file_type of '.'", "ext4", image => Entry(image, "/dir", ".", entry => entry.FileType = 1), "directory inode #: file type of '.' is 1, expected 2"),
        new("file_type of '..' in an indexed directory", "pi", image => Entry(image, "/indexed", "..", entry => entry.FileType = 7), "directory inode #: file type of '..' is 7, expected 2"),
        new("a name that is there twice", "ext4", image => Entry(image, "/late", "file7", entry => { entry.Name[4] = (byte)'8'; entry.Inode = image.Find("/late/file8"); }), "directory inode #: entry 'file8' is there twice, expected a name only once"),
        new("a hash index without the feature", "ext4", image => image.Superblock(superblock => superblock.Compat &= ~CompatFeatures.DirIndex), "directory inode #: i_flags is with a hash index, expected none: the volume does not have the feature"),
        new("hash_version", "ext4", image => Index(image, 0, root => root[0x1C] = 3), "directory inode #, block 0: hash_version is 3, expected 0 to 2"),
        new("info_length", "pi", image => Index(image, 0, root => root[0x1D] = 7), "directory inode #, block 0: info_length is 7, expected 8"),
        new("reserved_zero", "ext2", image => Index(image, 0, root => root[0x19] = 7), "directory inode #, block 0: reserved_zero is 1792, expected 0"),
        new("unused_flags", "ext2", image => Index(image, 0, root => root[0x1F] = 3), "directory inode #, block 0: unused_flags is 1, expected 0"),
        new("indirect_levels", "ext4", image => Index(image, 0, root => root[0x1E] = 2), "directory inode #, block 0: indirect_levels is 2, expected at most 1"),
        new("a leaf where an index block should be", "ext4", image => Index(image, 0, root => root[0x1E] = 1), "directory inode #, block 1: kind is entries, expected index"),
        new("an index entry that leads nowhere", "ext4", image => Index(image, 0, root => Le.Put32(root, 0x2C, 100)), "directory inode #, block 0: block of index entry 1 is 100, expected a block of the # to which no other entry leads"),
        new("an index entry that leads to the root", "ext4", image => Index(image, 0, root => Le.Put32(root, 0x2C, 0)), "directory inode #, block 0: block of index entry 1 is 0, expected a block of the # to which no other entry leads"),
        new("two index entries for a block", "pi", image => Index(image, 0, root => Le.Put32(root, 0x2C, 1)), "directory inode #, block 0: block of index entry 1 is 1, expected a block of the # to which no other entry leads"),
        new("a block without an index entry", "pi", image => Index(image, 0, root => Le.Put16(root, 0x22, (ushort)(Le.U16(root, 0x22) - 1))), "directory inode #, block #: its place in the hash index is none, expected one entry that leads to it"),
        new("index entries in the wrong order", "ext4", image => Index(image, 0, root => Le.Put32(root, 0x30, Le.U32(root, 0x28) - 2)), "directory inode #, block 0: hash of index entry 2 is #, expected # to #"),
        new("a name above the hashes of its block", "ext4", image => Index(image, 0, root => Le.Put32(root, 0x28, 2)), "directory inode #, block 1: hashes of its names is # to #, expected 0x00000000 to 0x00000001"),
        new("a name below the hashes of its block", "ext2", image => Index(image, 0, root => Le.Put32(root, 0x28, Le.U32(root, 0x30) - 2)), "directory inode #, block #: hashes of its names is # to #, expected # to #"),
        new("the seed of the hashes", "ext4", image => image.SuperblockBytes(bytes => bytes[0xEC] ^= 1), "directory inode #, block #: hashes of its names is # to #, expected # to #"),
        new("the signedness of the hashes", "pi", image => image.DirectoryBlock(image.Find("/indexed"), 1, block => block[8] = 0xE4), "directory inode #, block 1: hashes of its names is # to #, expected # to #"),
        new("'..' of the root", "ext4", image => Entry(image, "/", "..", entry => entry.Inode = image.Find("/late")), "directory inode 2: '..' is #, expected 2"),
        new("a directory with two names", "ext4", image => Entry(image, "/late", "file7", entry => { entry.Inode = image.Find("/dir"); entry.FileType = 2; }), "directory inode #: its names is also in directory inode #, expected one name"),
        new("a directory without a name", "pi", image => Entry(image, "/dir", "below", entry => entry.Inode = 0), "directory inode #: its path is not connected to the root, expected a path from the root"),
        new("a directory in itself", "pi", image => Entry(image, "/dir", "below", entry => entry.Inode = image.Find("/dir")), "directory inode #: its "),
        new("two directories in each other", "pi", Swap, "directory inode #: its path is not connected to the root, expected a path from the root"),
    ];

    public static TheoryData<string> Names => [.. _all.Select(damage => damage.Name)];

    private delegate void EntryEdit(DirEntry entry);

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_found(string name) => _all.Single(damage => damage.Name == name).ExpectFound();

    [Fact]
    public void Names_of_equal_hashes_may_go_on_in_the_next_block()
    {
        var image = new EditedImage("ext4");
        // As if the last name of block 1 and the first of block 2 had the same hash, which their border then is.
        uint highest = 0;
        image.DirectoryBlock(image.Find("/indexed"), 1, block => highest = HighestHash(image, block));
        Index(image, 0, root => Le.Put32(root, 0x28, highest | 1));
        Assert.Empty(image.Findings());
        Index(image, 0, root => Le.Put32(root, 0x28, highest));
        Assert.NotEmpty(image.Findings());
    }

    [Fact]
    public void A_directory_with_more_links_than_can_be_counted_has_one()
    {
        var image = new EditedImage("ext4");
        image.Inode(image.Find("/indexed"), inode => inode.LinksCount = 1);
        Assert.Empty(image.Findings());
        image.Inode(image.Find("/dir"), inode => inode.LinksCount = 1);
        Assert.Equal(["inode #: i_links_count is 1, expected 3".Replace("#", $"{image.Find("/dir")}")], image.Findings());
    }

    [Fact]
    public void A_free_record_may_keep_an_impossible_name_length()
    {
        var image = new EditedImage("ext4");
        uint late = image.Find("/late");
        // The records behind "file7" are taken into it, and what they were stays as it is.
        var (_, _, at) = image.FindIn(late, "file7");
        image.DirectoryLeaf(late, 0, block =>
        {
            var entry = new DirEntry(block[at..]);
            entry.Inode = 0;
            entry.NameLength = 255;
        });
        Assert.DoesNotContain(image.Findings(), finding => finding.Contains("rec_len"));
    }

    private static uint HighestHash(EditedImage image, Span<byte> bytes)
    {
        DirectoryHash hash = DirectoryHash.For(image.Volume.Superblock, DirectoryHash.HalfMd4);
        uint highest = 0;
        foreach (DirEntry entry in DirectoryBlock.Open(bytes, new InodeNumber(2), 1, indexed: true, checksums: true))
            highest = Math.Max(highest, entry.Inode == 0 ? 0 : hash.Of(entry.Name));
        return highest;
    }

    /// <summary>The only name of "/dir" is taken away, and "/dir/below" gets it.</summary>
    private static void Swap(EditedImage image)
    {
        uint dir = image.Find("/dir"), below = image.Find("/dir/below");
        Entry(image, "/", "dir", entry => { entry.Inode = image.Find("/file"); entry.FileType = 1; });
        image.DirectoryLeaf(below, 0, block =>
        {
            var dots = new DirEntry(block[12..]);
            int rest = dots.RecordLength - 12;
            dots.RecordLength = 12;
            var added = new DirEntry(block[24..]) { Inode = dir, RecordLength = rest, NameLength = 1, FileType = 2 };
            added.Name[0] = (byte)'x';
        });
        image.DirectoryLeaf(dir, 0, block => new DirEntry(block[12..]).Inode = below);
    }

    private static void Index(EditedImage image, int logical, EditedImage.BlockEdit edit) =>
        image.DirectoryBlock(image.Find("/indexed"), logical, edit);

    private static void Entry(EditedImage image, string path, string name, EntryEdit edit)
    {
        uint directory = path == "/" ? 2 : image.Find(path);
        var (_, logical, at) = image.FindIn(directory, name);
        image.DirectoryLeaf(directory, logical, block => edit(new DirEntry(block[at..])));
    }
}
