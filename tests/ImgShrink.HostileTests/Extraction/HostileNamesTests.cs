using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Tests.Ext;
using ImgShrink.Pipeline;
using ImgShrink.Testing;

namespace ImgShrink.HostileTests.Extraction;

/// <summary>Names that lead elsewhere: whatever an image says, files come out below the folder that was named.</summary>
public sealed class HostileNamesTests : IDisposable
{
    /// <summary>Of up to eight bytes, which is what there is room for in the entries of the test image.</summary>
    private static readonly string[] s_names =
        ["../../x", "/abs", "a/b", "..\\..\\x", "C:\\x", "x:y", "con", "nul.txt", "COM1", "dot.", "space ", "A", "a", "n\0l", "new\nline", "LONGNA~1"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_of_ext()
    {
        var image = new EditedImage("ext4");
        Rename(image, "late", s_names);
        ExtractReport report = Extract(image, "/late");
        Assert.Equal(40, report.Files);
        Assert.Empty(report.Skipped);
        ExpectContent(report, "late");
    }

    [Fact]
    public void Names_of_fat()
    {
        byte[] bytes = CorpusImage.Load("fat12.img");
        string[] names = [.. s_names.Where(name => !name.Contains('\0', StringComparison.Ordinal)).Take(10)];
        int used = 0;
        for (int slot = 0; slot < bytes.Length && used < names.Length; slot += 32)
            if (IsOnlyPart(bytes.AsSpan(slot, 32)))
                PutLongName(bytes.AsSpan(slot, 32), names[used++]);
        Assert.Equal(names.Length, used);
        File.WriteAllBytes(_folder["card.img"], bytes);
        ExtractReport report = Extract("/dir");
        Assert.Equal(11, report.Files);
        Assert.Empty(report.Skipped);
        ExpectContent(report, "dir");
    }

    [Fact]
    public void Nothing_is_written_through_a_link()
    {
        Directory.CreateDirectory(_folder["outside"]);
        var image = new EditedImage("ext4");
        // A link that leads out, and files whose names lead through it; "late" has names with room for that.
        image.Inode(image.Find("/fast"), inode =>
        {
            inode.Block.Clear();
            Encoding.UTF8.GetBytes("../outside", inode.Block);
            inode.Size = "../outside".Length;
        });
        uint link = image.Find("/fast");
        Rename(image, "late", ["l", "l/x", "L", "l/../x"]);
        var (_, logical, at) = image.FindIn(image.Find("/late"), "l");
        image.DirectoryLeaf(image.Find("/late"), logical, block =>
        {
            Le.Put32(block, at, link);
            block[at + 7] = 7; // a link
        });
        ExtractReport report = Extract(image, "/late");
        Assert.Equal(39, report.Files);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["outside"]));
        if (!OperatingSystem.IsWindows())
            Assert.Equal("../outside", new FileInfo(_folder["late/l"]).LinkTarget);
        // Once more over what is there: the link is replaced, and not followed.
        Assert.Equal(39, ExtractJob.Run(Options("/late") with { Overwrite = true }, new Progress<ProgressStep>(), default).Files);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["outside"]));
    }

    [Fact]
    public void A_link_with_a_zero_in_its_target_is_left_out()
    {
        var image = new EditedImage("ext4");
        image.Inode(image.Find("/fast"), inode => inode.Block[1] = 0);
        ExtractReport report = Extract(image, "/fast");
        Assert.Contains("a link to", Assert.Single(report.Skipped).Reason);
    }

    [Theory]
    [InlineData(1L << 60)]
    [InlineData(long.MaxValue)]
    public void A_file_that_is_larger_than_any_disk_does_not_fit(long size)
    {
        var image = new EditedImage("ext4");
        foreach (string path in (string[])["/late/file1", "/late/file2"])
            image.Inode(image.Find(path), inode => inode.Size = size);
        Assert.Contains("bytes free, and the output needs", Assert.Throws<NotEnoughSpaceException>(() => Extract(image, "/late")).Message);
        Assert.Equal(["card.img"], _folder.Files);
    }

    [Fact]
    public void A_negative_size_is_damage()
    {
        var image = new EditedImage("ext4");
        image.Inode(image.Find("/late/file1"), inode => Le.Put32(inode.Bytes, 0x6C, 0x80000000)); // i_size_high
        Assert.Contains("i_size is -9223372036854774308, expected 0 or more", Assert.Throws<CorruptImageException>(() => Extract(image, "/late")).Message);
    }

    [Fact]
    public void A_file_in_the_place_of_a_folder_is_an_error()
    {
        Directory.CreateDirectory(_folder["dir"]);
        File.WriteAllText(_folder["dir/below"], "mine");
        var refused = Assert.Throws<AccessException>(() => Extract(new EditedImage("ext4"), "/dir"));
        Assert.Contains("is a file, and a folder should take its place", refused.Message);
    }

    private ExtractReport Extract(EditedImage image, string path)
    {
        File.WriteAllBytes(_folder["card.img"], image.Volume.Store.ReadBytes(0, (int)image.Volume.Store.Length));
        return Extract(path);
    }

    /// <summary>Takes something out; nothing but itself appears beside the image.</summary>
    private ExtractReport Extract(string path)
    {
        string[] before = Directory.GetFileSystemEntries(_folder.Root);
        ExtractReport report = ExtractJob.Run(Options(path), new Progress<ProgressStep>(), CancellationToken.None);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root).Except(before).Except([_folder[path[1..]]]));
        return report;
    }

    private ExtractOptions Options(string path) =>
        new() { Source = _folder["card.img"], Path = CardPath.Parse(path), Destination = _folder.Root };

    /// <summary>As many files as were reported, under names that this system can have.</summary>
    private void ExpectContent(ExtractReport report, string folder)
    {
        string[] files = Directory.GetFiles(_folder[folder], "*", SearchOption.AllDirectories);
        Assert.Equal(report.Files, files.Length);
        Assert.All(files, file => Assert.Equal(Path.GetFileName(file), HostName.Here.Of(Path.GetFileName(file))));
        Assert.All(report.Renamed, renamed => Assert.True(File.Exists(Path.Combine(_folder[folder], renamed.Name))));
    }

    /// <summary>Gives the first files of a directory other names; their entries keep their lengths.</summary>
    private static void Rename(EditedImage image, string folder, string[] names)
    {
        uint directory = image.Find("/" + folder);
        for (int i = 0; i < names.Length; i++)
        {
            byte[] name = Encoding.UTF8.GetBytes(names[i]);
            var (_, logical, at) = image.FindIn(directory, $"file{i + 1}");
            image.DirectoryLeaf(directory, logical, block =>
            {
                var entry = new DirEntry(block[at..]) { NameLength = (byte)name.Length };
                name.CopyTo(entry.Name);
            });
        }
    }

    // The only part of a long name, of "file 1" and the like.
    private static bool IsOnlyPart(ReadOnlySpan<byte> slot) => slot[0] == 0x41 && slot[0xB] == 0x0F && slot[1] == 'f' && slot[3] == 'i';

    private static void PutLongName(Span<byte> slot, string name)
    {
        for (int unit = 0; unit < 13; unit++)
        {
            int at = unit < 5 ? 1 + 2 * unit : unit < 11 ? 0xE + 2 * (unit - 5) : 0x1C + 2 * (unit - 11);
            Le.Put16(slot, at, unit < name.Length ? name[unit] : unit == name.Length ? '\0' : (ushort)0xFFFF);
        }
    }
}
