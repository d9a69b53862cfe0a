using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext.Files;

public class ExtFileEditorTests(ITestOutputHelper output)
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    [Theory]
    [MemberData(nameof(ExtImage.Flavours), MemberType = typeof(ExtImage))]
    public void Files_links_and_directories_are_what_debugfs_reads(string options)
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(options);
        byte[] large = Noise.Bytes(1, 3_000_001);
        string longTarget = "/" + string.Join('/', Enumerable.Repeat("long-target", 9));
        image.Edit(editor =>
        {
            editor.CreateDirectory("/etc/systemd/system");
            editor.WriteFile("/etc/hostname", "card\n"u8, Mode);
            editor.WriteFile("/etc/empty", [], Mode);
            editor.WriteFile("/opt/large.bin", large, Mode);
            editor.CreateSymlink("/etc/fast", "hostname");
            editor.CreateSymlink("/etc/slow", longTarget);
            editor.CreateSymlink("/etc/fast", "hostname");
            editor.CreateSymlink("/e", "/etc");
            editor.WriteFile("/e/via-link", "x"u8, Mode);
            Assert.Equal("card\n"u8.ToArray(), editor.TryReadFile("/e/fast"));
        });
        image.AssertClean();

        Assert.Equal("card\n"u8.ToArray(), image.Dump("/etc/hostname"));
        Assert.Equal(large, image.Dump("/opt/large.bin"));
        string folder = image.Extract();
        Assert.Equal("hostname", new FileInfo(Path.Combine(folder, "etc/fast")).LinkTarget);
        Assert.Equal(longTarget, new FileInfo(Path.Combine(folder, "etc/slow")).LinkTarget);
        Assert.Equal("x", File.ReadAllText(Path.Combine(folder, "etc/via-link")));
        string status = image.Ask("stat /etc/hostname");
        Assert.Contains("Type: regular", status);
        Assert.Contains("Mode:  0640", status);
        Assert.Contains("Mon May  6 07:08:09 2024", status);

        image.Read((_, tree) =>
        {
            Assert.Equal(large, tree.TryReadFile("/opt/large.bin", large.Length));
            Assert.Null(tree.TryReadFile("/opt/large.bin", large.Length - 1));
            Assert.Equal(longTarget, tree.TryReadLink("/e/slow"));
            Assert.Equal(["empty", "fast", "hostname", "slow", "systemd", "via-link"], tree.List("/e"));
        });
    }

    [Theory]
    [MemberData(nameof(ExtImage.Flavours), MemberType = typeof(ExtImage))]
    public void Replaced_and_deleted_files_give_their_blocks_back(string options)
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(options);
        image.Edit(editor =>
        {
            editor.WriteFile("/grows", Noise.Bytes(1, 5000), Mode);
            editor.WriteFile("/shrinks", Noise.Bytes(2, 2_000_000), Mode);
            editor.WriteFile("/scattered", new MemoryStore(Noise.Bytes(3, 900_000)), new NewObject { Mode = Mode, Owner = 70000, Group = 5 }, EveryOtherBlock(900_000));
            editor.WriteFile("/goes", Noise.Bytes(4, 700_000), Mode);
            editor.CreateSymlink("/goes-too", new string('t', 200));
        });
        image.AssertClean();
        string before = image.Ask("stat /scattered");
        Assert.Contains("User: 70000   Group:     5", before);
        long free = 0;
        image.Read((volume, _) => free = volume.FreeBytes);

        byte[] scattered = Noise.Bytes(7, 100);
        image.Edit(editor =>
        {
            editor.WriteFile("/grows", Noise.Bytes(5, 1_500_000), Mode);
            editor.WriteFile("/shrinks", Noise.Bytes(6, 3000), Mode);
            editor.WriteFile("/scattered", scattered, UnixFileMode.None);
            editor.Delete("/goes");
            editor.Delete("/goes-too");
            editor.Delete("/never-there");
        });
        image.AssertClean();
        Assert.Equal(Noise.Bytes(5, 1_500_000), image.Dump("/grows"));
        Assert.Equal(Noise.Bytes(6, 3000), image.Dump("/shrinks"));
        Assert.Equal(scattered, image.Dump("/scattered"));
        string after = image.Ask("stat /scattered");
        Assert.Contains("User: 70000   Group:     5", after);
        Assert.Contains("Mode:  0640", after);
        image.Read((volume, tree) =>
        {
            Assert.False(tree.Exists("/goes"));
            Assert.True(volume.FreeBytes > free + 1_000_000);
        });
    }

    [Theory]
    [MemberData(nameof(ExtImage.Flavours), MemberType = typeof(ExtImage))]
    public void Objects_of_every_kind_can_be_created(string options)
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(options);
        var like = new NewObject { Mode = Mode, Owner = 1000, Group = 100000, Modified = new DateTimeOffset(2040, 1, 2, 3, 4, 5, TimeSpan.Zero) };
        byte[] capability = Convert.FromHexString("0100000200200000000000000000000000000000");
        image.Edit(editor =>
        {
            editor.CreateNode("/dev/null", FileKind.CharDevice, like, 1, 3);
            editor.CreateNode("/dev/big", FileKind.BlockDevice, like, 259, 70000);
            editor.CreateNode("/dev/pipe", FileKind.Fifo, like);
            editor.CreateNode("/dev/socket", FileKind.Socket, like);
            editor.WriteFile("/bin/ping", new MemoryStore(Noise.Bytes(1, 50_000)), like with
            {
                Mode = Mode | UnixFileMode.SetUser,
                Attributes = new Dictionary<string, byte[]> { ["security.capability"] = capability, ["user.note"] = "hello"u8.ToArray() },
            });
            editor.WriteFile("/bin/many", new MemoryStore([1]), like with
            {
                Attributes = new Dictionary<string, byte[]> { ["user.long"] = Noise.Bytes(2, 600), ["user.b"] = [] },
            });
            editor.CreateSymlink("/bin/link", "ping", like with { Attributes = new Dictionary<string, byte[]> { ["trusted.t"] = Noise.Bytes(3, 300) } });
            editor.CreateHardLink("/bin/ping4", "/bin/ping");
            editor.WriteFile("/sparse", new MemoryStore(new byte[10_000_000]), like, RangeSet.Of(new ByteRange(5_000_000, 100)));
            editor.CreateDirectory("/home/user", like);
            editor.CreateDirectory("/home/gone", like);
            editor.RemoveDirectory("/home/gone");
            editor.Delete("/bin/many");
            editor.WriteFile("/bin/many", new MemoryStore([1]), like with
            {
                Attributes = new Dictionary<string, byte[]> { ["user.long"] = Noise.Bytes(2, 600), ["user.b"] = [] },
            });
        });
        image.AssertClean();
        Assert.Contains("Device major/minor number: 01:03", image.Ask("stat /dev/null"));
        Assert.Contains("Device major/minor number: 259:70000", image.Ask("stat /dev/big"));
        Assert.Contains("Type: FIFO", image.Ask("stat /dev/pipe"));
        Assert.Contains("Type: socket", image.Ask("stat /dev/socket"));
        Assert.Contains("hello", image.Ask("ea_get /bin/ping user.note"));
        Assert.Contains("user.long (600)", image.Ask("ea_list /bin/many"));
        Assert.Contains("Links: 2", image.Ask("stat /bin/ping4"));
        Assert.Contains("Fast link dest: \"ping\"", image.Ask("stat /bin/link"));
        if (!options.Contains("-I 128") && !options.Contains("ext2") && !options.Contains("ext3"))
            Assert.Contains("Mon Jan  2 03:04:05 2040", image.Ask("stat /home/user"));
        Assert.Equal(new byte[10_000_000], image.Dump("/sparse"));
        image.Read((_, tree) => Assert.Equal(new byte[10_000_000], tree.TryReadFile("/sparse", 10_000_000)));
    }

    [Theory]
    [InlineData("-t ext4 -b 4096")]
    [InlineData("-t ext4 -b 4096 -I 128")]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum")]
    public void New_objects_have_the_label_of_their_directory(string options)
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(options);
        byte[] label = "system_u:object_r:etc_t:s0\0"u8.ToArray(), own = "system_u:object_r:bin_t:s0\0"u8.ToArray();
        image.Edit(editor => editor.CreateDirectory("/etc", new NewObject
        {
            Mode = NewObject.DirectoryMode,
            Attributes = new Dictionary<string, byte[]> { ["security.selinux"] = label },
        }));
        image.Edit(editor =>
        {
            editor.WriteFile("/etc/new/folder/file", "x"u8, Mode);
            editor.CreateSymlink("/etc/new/link", "folder");
            editor.WriteFile("/etc/own", new MemoryStore([1]), new NewObject
            {
                Mode = Mode,
                Attributes = new Dictionary<string, byte[]> { ["security.selinux"] = own },
            });
            editor.WriteFile("/opt/file", "x"u8, Mode);
        });
        image.AssertClean();
        foreach (string path in (string[])["/etc/new", "/etc/new/folder", "/etc/new/folder/file", "/etc/new/link"])
            Assert.Contains("etc_t", image.Ask($"ea_get {path} security.selinux"));
        Assert.Contains("bin_t", image.Ask("ea_get /etc/own security.selinux"));
        Assert.DoesNotContain("selinux", image.Ask("ea_list /opt/file"));
    }

    [Fact]
    public void A_renamed_file_keeps_all_that_it_is_and_replaces_another()
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage("-t ext4 -b 4096");
        var like = new NewObject
        {
            Mode = Mode, Owner = 1000, Group = 7, Modified = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Attributes = new Dictionary<string, byte[]> { ["user.note"] = "kept"u8.ToArray() },
        };
        image.Edit(editor =>
        {
            editor.WriteFile("/etc/rc.local.bak", new MemoryStore("old"u8.ToArray()), like);
            editor.WriteFile("/etc/rc.local", "new"u8, UnixFileMode.None);
            editor.Rename("/etc/rc.local.bak", "/etc/rc.local");
            Assert.Equal(Mode, editor.TryStat("/etc/rc.local")?.Unix?.Mode);
            Assert.False(editor.Exists("/etc/rc.local.bak"));
        });
        image.AssertClean();
        Assert.Equal("old"u8.ToArray(), image.Dump("/etc/rc.local"));
        string status = image.Ask("stat /etc/rc.local");
        Assert.Contains("User:  1000   Group:     7", status);
        Assert.Contains("Links: 1", status);
        Assert.Contains("Thu Jan  2 03:04:05 2020", status);
        Assert.Contains("kept", image.Ask("ea_get /etc/rc.local user.note"));
        image.Read((_, tree) => Assert.False(tree.Exists("/etc/rc.local.bak")));
    }

    [Theory]
    [MemberData(nameof(ExtImage.Flavours), MemberType = typeof(ExtImage))]
    public void Thousands_of_files_in_many_directories(string options)
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(options + " -N 8192", "96M");
        const int Count = 5000;
        image.Edit(editor =>
        {
            for (int i = 0; i < Count; i++)
                editor.WriteFile(NameOf(i), Encoding.ASCII.GetBytes($"content {i}"), Mode);
            for (int i = 0; i < Count; i += 3)
                editor.Delete(NameOf(i));
        });
        image.AssertClean();
        string folder = image.Extract();
        for (int i = 0; i < Count; i++)
        {
            string file = folder + NameOf(i);
            Assert.Equal(i % 3 != 0, File.Exists(file));
            if (i % 3 != 0)
                Assert.Equal($"content {i}", File.ReadAllText(file));
        }

        // Half of them in one directory, the others in fifty.
        static string NameOf(int i) => i % 2 == 0 ? $"/all/a-file-with-a-name-{i}" : $"/d{i % 100}/f{i}";
    }

    [Theory]
    [InlineData("-t ext4 -b 1024")]
    [InlineData("-t ext4 -b 4096")]
    [InlineData("-t ext3 -b 1024")]
    public void A_full_volume_says_so_and_stays_whole(string options)
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(options, "8M");
        image.Edit(editor =>
        {
            Assert.Throws<NotEnoughSpaceException>(() => editor.WriteFile("/too-large", new byte[20_000_000], Mode));
            Assert.False(editor.Exists("/too-large"));
            Assert.Throws<NotEnoughSpaceException>(() =>
            {
                for (int i = 0; i < 100_000; i++)
                    editor.WriteFile($"/d/filler-with-a-long-name-{i}", Noise.Bytes(i, 3000 + i * 37), Mode);
            });
            Assert.Throws<NotEnoughSpaceException>(() =>
            {
                for (int i = 0; i < 100_000; i++)
                    editor.WriteFile($"/e/small-{i}", [1], Mode);
            });
            Assert.Throws<NotEnoughSpaceException>(() => editor.WriteFile("/d/filler-with-a-long-name-1", new byte[500_000], Mode));
            Assert.Equal(Noise.Bytes(1, 3037), editor.TryReadFile("/d/filler-with-a-long-name-1"));
            Assert.Throws<NotEnoughSpaceException>(() =>
            {
                for (int i = 0; i < 100_000; i++)
                    editor.CreateSymlink($"/links-with-long-names/{i:D200}", "x");
            });
        });
        image.AssertClean();
        Assert.Equal(Noise.Bytes(1, 3037), image.Dump("/d/filler-with-a-long-name-1"));
    }

    [Fact]
    public void Immutable_files_and_wrong_kinds_are_refused()
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage("-t ext4");
        image.Edit(editor =>
        {
            editor.WriteFile("/fixed", [1], Mode);
            editor.CreateSymlink("/a", "b");
            editor.CreateSymlink("/b", "a");
        });
        image.Change("set_inode_field /fixed flags 0x80010\n");
        image.Edit(editor =>
        {
            Assert.Contains("/fixed", Assert.Throws<UnsupportedImageException>(() => editor.WriteFile("/fixed", [2], Mode)).Message);
            Assert.Throws<UnsupportedImageException>(() => editor.Delete("/fixed"));
            Assert.Throws<UnsupportedImageException>(() => editor.Delete("/lost+found"));
            Assert.Throws<UnsupportedImageException>(() => editor.WriteFile("/lost+found", [2], Mode));
            Assert.Throws<UnsupportedImageException>(() => editor.WriteFile("/fixed/below", [2], Mode));
            Assert.Throws<UnsupportedImageException>(() => editor.CreateSymlink("/a", "other"));
            Assert.Throws<UnsupportedImageException>(() => editor.WriteFile("/a/below", [2], Mode));
            Assert.Throws<UnsupportedImageException>(() => editor.RemoveDirectory("/"));
            Assert.Null(editor.TryReadFile("/a"));
            Assert.Empty(editor.List("/a"));
        });
        image.AssertClean();
    }

    private static RangeSet EveryOtherBlock(int length)
    {
        var data = new RangeSet();
        for (int at = 0; at < length; at += 8192)
            data.Add(new ByteRange(at, 4096));
        return data;
    }
}
