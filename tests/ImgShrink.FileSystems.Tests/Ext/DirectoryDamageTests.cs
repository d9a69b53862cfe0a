using ImgShrink.Blocks;
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

    private static void Entry(EditedImage image, string path, string name, EntryEdit edit)
    {
        uint directory = path == "/" ? 2 : image.Find(path);
        var (_, logical, at) = image.FindIn(directory, name);
        image.DirectoryLeaf(directory, logical, block => edit(new DirEntry(block[at..])));
    }
}
