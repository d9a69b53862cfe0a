using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Fat;
using ImgShrink.Testing;

namespace ImgShrink.FileSystems.Tests.Fat;

public class FatFilesTests
{
    private static readonly DateTimeOffset s_time = new(2024, 3, 15, 12, 34, 56, TimeSpan.Zero);

    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(32)]
    public void Files_that_were_written_are_read_and_leave_the_source_alone(int bits)
    {
        byte[] bytes = TinyFat.OfKind(bits);
        byte[] before = [.. bytes];
        var overlay = new WriteOverlay(new MemoryStore(bytes));
        IFileEditor editor = FatVolume.Edit(overlay, s_time);
        byte[] content = Noise.Bytes(seed: 5, 5000);

        editor.WriteFile("/cmdline.txt", "console=tty1\n"u8, UnixFileMode.None);
        editor.WriteFile("/overlays/a rather long name.dtbo", content, UnixFileMode.None);
        editor.WriteFile("/empty", [], UnixFileMode.None);

        IFileTree files = FatVolume.Open(overlay).Files;
        Assert.Equal("console=tty1\n", Encoding.UTF8.GetString(files.TryReadFile("/CmdLine.TXT")!));
        Assert.Equal(content, files.TryReadFile("/overlays/A RATHER LONG NAME.dtbo"));
        Assert.Equal(content, files.TryReadFile("/OVERLAYS/ARATHE~1.DTB"));
        Assert.Empty(files.TryReadFile("/empty")!);
        Assert.Equal(["cmdline.txt", "overlays", "empty"], files.List("/"));
        Assert.Equal(["a rather long name.dtbo"], files.List("/overlays"));
        Assert.Equal(new FileEntry(EntryKind.File, 5000, s_time), files.TryStat("/overlays/a rather long name.dtbo"));
        Assert.Equal(EntryKind.Directory, files.TryStat("/OVERLAYS")!.Kind);
        Assert.Equal(content[4000..4900], files.TryOpenFile("/OVERLAYS/ARATHE~1.DTB")!.ReadBytes(4000, 900));
        Assert.Empty(FatVolume.Open(overlay).Warnings);
        Assert.Equal(before, bytes);
    }

    [Fact]
    public void A_file_gets_another_name()
    {
        var (_, editor) = Open(TinyFat.Fat12());
        editor.WriteFile("/old.txt", "text"u8, UnixFileMode.None);
        editor.WriteFile("/new.txt", "gone"u8, UnixFileMode.None);
        editor.Rename("/old.txt", "/new.txt");
        Assert.Equal("text"u8.ToArray(), editor.TryReadFile("/new.txt"));
        Assert.False(editor.Exists("/old.txt"));
        Assert.Throws<UnsupportedImageException>(() => editor.Rename("/old.txt", "/new.txt"));
    }

    [Fact]
    public void What_is_not_there_is_null_or_empty()
    {
        var (_, editor) = Open(TinyFat.Fat12());
        editor.CreateDirectory("/d");
        editor.WriteFile("/big", new byte[2000], UnixFileMode.None);
        Assert.True(editor.Exists("/") && editor.Exists("/D"));
        Assert.False(editor.Exists("/d/x") || editor.Exists("/big/x"));
        Assert.Null(editor.TryReadFile("/d"));
        Assert.Null(editor.TryReadFile("/nothing"));
        Assert.Null(editor.TryReadFile("/big", limitBytes: 1999));
        Assert.Null(editor.TryReadLink("/big"));
        Assert.Empty(editor.List("/nothing"));
        Assert.Empty(editor.List("/big"));
        editor.Delete("/nothing");
    }

    [Fact]
    public void Replacing_keeps_the_entry_and_gives_clusters_back()
    {
        var (store, editor) = Open(TinyFat.Fat32());
        editor.WriteFile("/Config.txt", new byte[5000], UnixFileMode.None);
        editor.WriteFile("/other", new byte[100], UnixFileMode.None);
        long free = FatVolume.Open(store).FreeBytes;

        editor.WriteFile("/CONFIG.TXT", "x=1"u8, UnixFileMode.None);

        Assert.Equal(["Config.txt", "other"], editor.List("/"));
        Assert.Equal(free + 9 * 512, FatVolume.Open(store).FreeBytes);
        editor.WriteFile("/config.txt", [], UnixFileMode.None);
        editor.Delete("/config.txt");
        editor.Delete("/other");
        Assert.Empty(editor.List("/"));
        Assert.Equal(199 * 512, FatVolume.Open(store).FreeBytes);
    }

    [Fact]
    public void Both_tables_and_the_free_count_follow_and_nothing_else_of_the_head()
    {
        byte[] bytes = TinyFat.Fat32();
        byte[] before = [.. bytes];
        var (_, editor) = Open(bytes);
        editor.WriteFile("/a", new byte[1025], UnixFileMode.None);

        for (int table = 0; table < 2; table++)
            for (int cluster = 3; cluster <= 5; cluster++)
                TinyFat.PutLink(before, 32, cluster, cluster < 5 ? (uint)cluster + 1 : 0x0FFFFFFF, table);
        Le.Put32(before, 512 + 0x1E8, 196);
        int head = TinyFat.RootAt(before, 32);
        Assert.Equal(before[..head], bytes[..head]);
    }

    [Fact]
    public void The_upper_bits_of_a_FAT32_entry_are_kept()
    {
        byte[] bytes = TinyFat.Fat32();
        TinyFat.PutLinkInBoth(bytes, 32, 3, 0xA0000000);
        var (_, editor) = Open(bytes);
        editor.WriteFile("/a", new byte[1], UnixFileMode.None);
        Assert.Equal(0xAFFFFFFF, Le.U32(bytes, TinyFat.FatAt(32) + 12));
    }

    [Fact]
    public void An_entry_is_made_as_the_specification_says()
    {
        byte[] bytes = TinyFat.Fat12();
        var (_, editor) = Open(bytes);
        editor.WriteFile("/The quick brown.fox", new byte[700], UnixFileMode.None);

        // The example of the FAT specification 1.03, section 7.4.
        int root = TinyFat.RootAt(bytes, 12);
        Assert.Equal((0x42, 0x0F, 0x07), (bytes[root], bytes[root + 0xB], bytes[root + 0xD]));
        Assert.Equal("wn.fo", Encoding.Unicode.GetString(bytes, root + 1, 10));
        Assert.Equal("x\0\uFFFF\uFFFF\uFFFF\uFFFF", Encoding.Unicode.GetString(bytes, root + 0xE, 12));
        Assert.Equal((0x01, "The q"), (bytes[root + 32], Encoding.Unicode.GetString(bytes, root + 33, 10)));
        Assert.Equal("THEQUI~1FOX", Encoding.ASCII.GetString(bytes, root + 64, 11));
        Assert.Equal((0x20, 2, 700), (bytes[root + 64 + 0xB], Le.U16(bytes, root + 64 + 0x1A), (int)Le.U32(bytes, root + 64 + 0x1C)));
        Assert.Equal((44 << 9 | 3 << 5 | 15, 12 << 11 | 34 << 5 | 28), (Le.U16(bytes, root + 64 + 0x18), Le.U16(bytes, root + 64 + 0x16)));
    }

    [Fact]
    public void Long_names_that_shorten_to_the_same_get_numbers()
    {
        var (_, editor) = Open(TinyFat.Fat32());
        for (int i = 1; i <= 12; i++)
            editor.WriteFile($"/bcm27{i} rpi.dtb", [(byte)i], UnixFileMode.None);
        for (int i = 1; i <= 12; i++)
            Assert.Equal([(byte)i], editor.TryReadFile($"/bcm27{i} rpi.dtb")!);
        Assert.Equal(12, editor.List("/").Count);
    }

    [Theory]
    [InlineData("README.TXT", "README  TXT", true)]
    [InlineData("readme.txt", "README  TXT", false)]
    [InlineData("a+b.c", "A_B~1   C  ", false)]
    [InlineData(".profile", "PROFIL~1   ", false)]
    [InlineData("kernel8.img.bak", "KERNEL~1BAK", false)]
    [InlineData("überlang", "_BERLA~1   ", false)]
    public void Short_names_are_legal(string name, string expected, bool exact)
    {
        byte[] shortName = FatShortName.For(name, _ => false, out bool isExact);
        Assert.Equal((expected, exact), (Encoding.ASCII.GetString(shortName), isExact));
    }

    [Fact]
    public void A_case_flag_and_an_escaped_first_byte_are_read()
    {
        Assert.Equal("config.TXT", FatShortName.Show("CONFIG  TXT"u8, 0x08));
        Assert.Equal("CONFIG.txt", FatShortName.Show("CONFIG  TXT"u8, 0x10));
        Assert.Equal("σX", FatShortName.Show([0x05, .. "X         "u8], 0));
    }

    [Fact]
    public void A_directory_grows_by_clusters()
    {
        var (store, editor) = Open(TinyFat.Fat32());
        for (int i = 0; i < 40; i++)
            editor.WriteFile($"/sub/a file with a long name {i}", [(byte)i], UnixFileMode.None);
        Assert.Equal(40, editor.List("/sub").Count);
        Assert.Equal([39], editor.TryReadFile("/sub/a file with a long name 39")!);
        Assert.Empty(FatVolume.Open(store).Warnings);
        Assert.Equal((199 - 40 - 8) * 512, FatVolume.Open(store).FreeBytes);
    }

    [Fact]
    public void A_fixed_root_directory_can_be_full()
    {
        var (store, editor) = Open(TinyFat.Fat12());
        for (int i = 0; i < TinyFat.RootEntries; i++)
            editor.WriteFile($"/F{i}", [], UnixFileMode.None);
        byte[] before = store.ReadBytes(0, (int)store.Length);
        Assert.Throws<NotEnoughSpaceException>(() => editor.WriteFile("/G", [1], UnixFileMode.None));
        Assert.Equal(before, store.ReadBytes(0, (int)store.Length));
        editor.Delete("/F7");
        editor.WriteFile("/G", [1], UnixFileMode.None);
    }

    [Fact]
    public void Old_entries_behind_the_end_mark_stay_hidden()
    {
        byte[] bytes = TinyFat.Fat12();
        int root = TinyFat.RootAt(bytes, 12);
        "GHOST      "u8.CopyTo(bytes.AsSpan(root + 32));
        var (_, editor) = Open(bytes);
        Assert.Empty(editor.List("/"));
        editor.WriteFile("/NEW", [], UnixFileMode.None);
        Assert.Equal(["NEW"], editor.List("/"));
    }

    [Fact]
    public void What_does_not_fit_changes_nothing()
    {
        var (store, editor) = Open(TinyFat.Fat32());
        byte[] before = store.ReadBytes(0, (int)store.Length);
        var error = Assert.Throws<NotEnoughSpaceException>(() => editor.WriteFile("/x", new byte[200 * 512], UnixFileMode.None));
        Assert.Equal("/x needs 102400 more bytes on the FAT volume, which has 101888 free.", error.Message);
        Assert.Equal(before, store.ReadBytes(0, (int)store.Length));
        editor.WriteFile("/x", new byte[199 * 512], UnixFileMode.None);
    }

    [Fact]
    public void What_FAT_cannot_hold_is_refused()
    {
        var (_, editor) = Open(TinyFat.Fat12());
        editor.CreateDirectory("/d/e");
        editor.CreateDirectory("/d/e");
        editor.WriteFile("/f", [], UnixFileMode.None);
        Assert.Throws<UnsupportedImageException>(() => editor.CreateSymlink("/l", "f"));
        Assert.Throws<UnsupportedImageException>(() => editor.WriteFile("/d", [], UnixFileMode.None));
        Assert.Throws<UnsupportedImageException>(() => editor.WriteFile("/", [], UnixFileMode.None));
        Assert.Throws<UnsupportedImageException>(() => editor.CreateDirectory("/f/g"));
        Assert.Throws<UnsupportedImageException>(() => editor.Delete("/d"));
        Assert.Throws<UnsupportedImageException>(() => editor.RemoveDirectory("/d"));
        Assert.Throws<UnsupportedImageException>(() => editor.RemoveDirectory("/f"));
        editor.RemoveDirectory("/d/e");
        editor.RemoveDirectory("/d/e");
        Assert.Empty(editor.List("/d"));
        foreach (string name in new[] { "a:b", "a.", "..", "a\tb", new string('x', 256) })
            Assert.Throws<ArgumentException>(() => editor.WriteFile("/" + name, [], UnixFileMode.None));
    }

    private static (MemoryStore Store, IFileEditor Editor) Open(byte[] bytes)
    {
        var store = new MemoryStore(bytes);
        return (store, FatVolume.Edit(store, s_time));
    }
}
