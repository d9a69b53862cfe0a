using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext.Files;

public class FileEntryTests(ITestOutputHelper output)
{
    private static IFileTree Files(string image) => new EditedImage(image).Volume.OpenFiles();

    [Theory]
    [InlineData("/dir", EntryKind.Directory, 0)]
    [InlineData("/file", EntryKind.File, 3000)]
    [InlineData("/fast", EntryKind.SymbolicLink, 4)]
    [InlineData("/slow", EntryKind.SymbolicLink, 201)]
    [InlineData("/fifo", EntryKind.Pipe, 0)]
    [InlineData("/char", EntryKind.CharacterDevice, 0)]
    public void Kind_and_length_are_those_of_the_inode(string path, EntryKind kind, long length)
    {
        FileEntry entry = Files("ext4").TryStat(path)!;
        Assert.Equal((kind, length), (entry.Kind, entry.Length));
    }

    [Fact]
    public void Hard_links_have_one_inode_and_devices_their_numbers()
    {
        IFileTree files = Files("ext4");
        UnixEntry first = files.TryStat("/file")!.Unix!, second = files.TryStat("/dir/hard")!.Unix!;
        Assert.Equal((first.Inode, 2), (second.Inode, first.Links));
        Assert.Equal((4u, 300u), files.TryStat("/char")!.Unix!.Device);
        Assert.Null(first.Device);
        Assert.Null(files.TryStat("/missing"));
        Assert.Null(files.TryStat("/file/below"));
    }

    [Theory]
    [InlineData("ext4")]
    [InlineData("ext2")]
    [InlineData("features")]
    public void The_entries_of_a_directory_are_what_its_names_lead_to(string image)
    {
        IFileTree files = Files(image);
        foreach (string folder in (string[])["/", "/dir", "/indexed", "/file", "/missing"])
        {
            NamedEntry[] expected =
                [.. files.List(folder).Select(name => new NamedEntry(name, files.TryStat($"{folder.TrimEnd('/')}/{name}")!))];
            Assert.Equal(expected, files.Entries(folder));
        }
    }

    [Fact]
    public void Attributes_are_read_from_inodes_blocks_and_inodes_of_their_own()
    {
        Assert.Equal(new string('v', 300), Text(Files("ext4"), "/attributes2", "user.shared"));
        Assert.Empty(Files("ext4").ReadAttributes("/file"));
        IFileTree features = Files("features");
        Assert.Equal(new string('x', 3000), Text(features, "/own2", "user.large"));
        // The rest of inline content is an attribute too, but of nobody's business.
        Assert.Equal(["user.a", "user.bbbbb"], features.ReadAttributes("/small1").Keys);
        Assert.Empty(features.ReadAttributes("/tiny-with-rest"));
    }

    [Fact]
    public void Times_owners_and_names_are_what_the_tools_set()
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage("-t ext4 -b 4096");
        image.Edit(editor =>
        {
            foreach (string name in (string[])["/old", "/far", "/now", "/\uDCE4\uDCFF"])
                editor.WriteFile(name, "x"u8, (UnixFileMode)0x1FF);
        });
        image.Change("""
            sif /old mtime @-315619200
            sif /far mtime @7289654400
            sif /now uid 70000
            sif /now gid 80001
            sif /now mode 0106755
            """);
        image.Read((_, files) =>
        {
            Assert.Equal(new DateTimeOffset(1960, 1, 1, 0, 0, 0, 123, TimeSpan.Zero), files.TryStat("/old")!.Modified);
            Assert.Equal(new DateTimeOffset(2201, 1, 1, 0, 0, 0, 123, TimeSpan.Zero), files.TryStat("/far")!.Modified);
            FileEntry now = files.TryStat("/now")!;
            Assert.Equal(ExtImage.Time, now.Modified);
            Assert.Equal((70000u, 80001u, 0xDEDu), (now.Unix!.Owner, now.Unix.Group, (uint)now.Unix.Mode));
            Assert.Contains("\uDCE4\uDCFF", files.List("/"));
            Assert.Equal("x"u8.ToArray(), files.TryReadFile("/\uDCE4\uDCFF"));
        });
    }

    [Fact]
    public void A_hole_before_all_that_a_file_holds_reads_as_zeros()
    {
        var image = new EditedImage("ext4");
        // The first extent of the file begins much further on in the file than on the volume.
        image.Inode(image.Find("/file"), inode =>
        {
            var root = new ExtentNode(inode.Block);
            root.SetLeaf(0, root.Leaf(0) with { Logical = 1 << 20 });
            inode.Size = (1L << 20 << 10) + 3000;
        });
        IBlockSource file = image.Reopen().OpenFiles().TryOpenFile("/file")!;
        Assert.Equal(new byte[5000], file.ReadBytes(0, 5000));
        Assert.Equal("ff"u8.ToArray(), file.ReadBytes(1L << 20 << 10, 2));
        Assert.Equal([0, (byte)'f'], file.ReadBytes((1L << 20 << 10) - 1, 2));
    }

    private static string Text(IFileTree files, string path, string attribute) =>
        Encoding.UTF8.GetString(files.ReadAttributes(path)[attribute]);
}
