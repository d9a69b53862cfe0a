using System.Text;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext.Files;

/// <summary>Files, links and directories in their inodes (inline_data), made by debugfs.</summary>
public class InlineFilesTests(ITestOutputHelper output)
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string _target = "/" + new string('t', 99);

    [Theory]
    [InlineData("-t ext4 -O inline_data -b 1024")]
    [InlineData("-t ext4 -O inline_data,^metadata_csum -b 4096 -I 512")]
    [InlineData("-t ext4 -O inline_data,ea_inode,^extents,^64bit -b 1024")]
    public void They_are_read(string options)
    {
        if (ExtImage.IsMissing(output))
            return;
        using ExtImage image = Make(options);
        image.Read((volume, tree) =>
        {
            Assert.Empty(Audit.Run(volume).Findings);
            Assert.Equal(Content(0), tree.TryReadFile("/dir/file0"));
            Assert.Equal(Content(60), tree.TryReadFile("/dir/file60"));
            Assert.Equal(Content(90), tree.TryReadFile("/dir/file90"));
            Assert.Equal(_target, tree.TryReadLink("/dir/link"));
            Assert.Equal(["below", "file0", "file60", "file90", "link"], tree.List("/dir"));
            Assert.Equal(["file0", "file60"], tree.List("/dir/below").Where(name => name.StartsWith("file")).Take(2));
            Assert.True(tree.Exists("/dir/below/../file90"));
        });
    }

    [Theory]
    [InlineData("-t ext4 -O inline_data -b 1024")]
    [InlineData("-t ext4 -O inline_data,^metadata_csum -b 4096 -I 512")]
    [InlineData("-t ext4 -O inline_data,ea_inode,^extents,^64bit -b 1024")]
    public void They_are_changed(string options)
    {
        if (ExtImage.IsMissing(output))
            return;
        using ExtImage image = Make(options);
        image.Edit(editor =>
        {
            editor.WriteFile("/dir/added", "added"u8, Mode);
            editor.WriteFile("/dir/file60", "replaced"u8, Mode);
            editor.WriteFile("/dir/file90", Noise.Bytes(1, 5000), Mode);
            editor.Delete("/dir/file0");
            editor.Delete("/dir/link");
            editor.WriteFile("/dir/below/more/added", "added"u8, Mode);
            editor.CreateDirectory("/empty");
        });
        image.AssertClean();
        Assert.Equal("added"u8.ToArray(), image.Dump("/dir/added"));
        Assert.Equal("replaced"u8.ToArray(), image.Dump("/dir/file60"));
        Assert.Equal(Noise.Bytes(1, 5000), image.Dump("/dir/file90"));
        Assert.Equal("added"u8.ToArray(), image.Dump("/dir/below/more/added"));
        Assert.Contains("user.kept (4)", image.Ask("ea_list /dir/file90"));
        Assert.Contains("user.kept (4)", image.Ask("ea_list /dir"));
        image.Read((volume, tree) =>
        {
            Assert.Empty(Audit.Run(volume).Findings);
            Assert.Equal(["added", "below", "file60", "file90"], tree.List("/dir"));
        });

        image.Edit(editor =>
        {
            foreach (string file in (string[])["file0", "file60", "more/added"])
                editor.Delete($"/dir/below/{file}");
            editor.RemoveDirectory("/dir/below/more");
            editor.RemoveDirectory("/dir/below");
        });
        image.AssertClean();
    }

    private static byte[] Content(int length) => Encoding.ASCII.GetBytes(new string('c', length));

    private static ExtImage Make(string options)
    {
        var image = new ExtImage(options);
        using var folder = new TempFolder();
        foreach (int length in (int[])[0, 60, 90])
            File.WriteAllBytes(folder[$"{length}"], Content(length));
        image.Change($"""
            mkdir /dir
            mkdir /dir/below
            write {folder["0"]} /dir/file0
            write {folder["60"]} /dir/file60
            write {folder["90"]} /dir/file90
            write {folder["0"]} /dir/below/file0
            write {folder["60"]} /dir/below/file60
            symlink /dir/link {_target}
            ea_set /dir user.kept kept
            ea_set /dir/file90 user.kept kept

            """);
        image.AssertClean();
        image.Read((volume, _) => Assert.True(IsInline(volume, "/dir/file90") && IsInline(volume, "/dir/link") && IsInline(volume, "/dir/below")));
        return image;
    }

    private static bool IsInline(ExtVolume volume, string path)
    {
        InodeNumber number = new PathWalker(volume).Find(path, followLast: false)!.Value.Target!.Value;
        return new Inode(volume.ReadInode(number)).HasInlineData;
    }
}
