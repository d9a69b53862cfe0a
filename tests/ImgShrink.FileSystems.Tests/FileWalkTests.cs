using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Fat;
using ImgShrink.FileSystems.Tests.Ext;
using ImgShrink.FileSystems.Tests.Fat;

namespace ImgShrink.FileSystems.Tests;

public class FileWalkTests
{
    [Fact]
    public void Directories_come_before_what_is_in_them_and_names_in_order()
    {
        FatVolume volume = Fat(out _);
        Assert.Equal(["/a", "/a/b", "/a/b/deep", "/a/c", "/z"],
            FileWalk.Below(volume, volume.Files, "/", default).Select(each => each.Path));
        Assert.Equal(["/a/b", "/a/b/deep", "/a/c"],
            FileWalk.Below(volume, volume.Files, "/a", default).Select(each => each.Path));
    }

    [Fact]
    public void An_ext_volume_is_walked_whole()
    {
        ExtVolume volume = new EditedImage("ext4").Volume;
        string[] paths = [.. FileWalk.Below(volume, volume.OpenFiles(), "/", default).Select(each => each.Path)];
        Assert.Equal(120, paths.Count(each => each.StartsWith("/indexed/", StringComparison.Ordinal)));
        Assert.Contains("/dir/below", paths);
        Assert.Equal(paths.Length, paths.Distinct().Count());
    }

    [Fact]
    public void A_directory_that_contains_itself_ends_the_walk()
    {
        Fat(out byte[] bytes);
        int root = TinyFat.RootAt(bytes, 12);
        int above = SlotOf(bytes, root, 'A');
        ushort cluster = Le.U16(bytes, above + 0x1A);
        int below = SlotOf(bytes, TinyFat.ClusterAt(bytes, 12, cluster), 'B');
        Le.Put16(bytes, below + 0x1A, cluster);

        FatVolume volume = FatVolume.Open(new MemoryStore(bytes));
        var damage = Assert.Throws<CorruptImageException>(
            () => FileWalk.Below(volume, volume.Files, "/", default).Count());
        Assert.StartsWith("directory /a/b: its content is that of another directory, or of one above it", damage.Message);
        damage = Assert.Throws<CorruptImageException>(() => volume.Files.List("/a/b/b"));
        Assert.Contains($"cluster {cluster}, that of a directory above it", damage.Message);
    }

    [Fact]
    public void A_directory_in_two_places_ends_the_walk()
    {
        Fat(out byte[] bytes);
        int root = TinyFat.RootAt(bytes, 12);
        int above = SlotOf(bytes, root, 'A');
        // /z becomes a second name of the directory /a.
        int file = SlotOf(bytes, root, 'Z');
        bytes.AsSpan(above + 0xB, 21).CopyTo(bytes.AsSpan(file + 0xB));
        FatVolume volume = FatVolume.Open(new MemoryStore(bytes));
        var damage = Assert.Throws<CorruptImageException>(() => FileWalk.Below(volume, volume.Files, "/", default).Count());
        Assert.StartsWith("directory /z: its content is that of another directory", damage.Message);
    }

    [Fact]
    public void A_root_that_is_in_itself_ends_the_walk()
    {
        var image = new EditedImage("ext4");
        var (_, logical, at) = image.FindIn(2, "late");
        image.DirectoryLeaf(2, logical, block => Le.Put32(block, at, 2)); // inode
        var damage = Assert.Throws<CorruptImageException>(
            () => FileWalk.Below(image.Volume, image.Reopen().OpenFiles(), "/", default).Count());
        Assert.StartsWith("directory /late: its content is that of another directory, or of one above it", damage.Message);
    }

    // A short entry: the attributes are not those of a part of a long name.
    private static int SlotOf(byte[] bytes, int directory, char name) => Enumerable.Range(0, 16)
        .Select(slot => directory + slot * 32)
        .First(at => bytes[at] == name && bytes[at + 0xB] != 0x0F);

    private static FatVolume Fat(out byte[] bytes)
    {
        bytes = TinyFat.Fat12();
        var store = new MemoryStore(bytes);
        IFileEditor editor = FatVolume.Edit(store, DateTimeOffset.UnixEpoch);
        foreach (string path in (string[])["/z", "/a/c", "/a/b/deep"])
            editor.WriteFile(path, "x"u8, UnixFileMode.None);
        return FatVolume.Open(store);
    }
}
