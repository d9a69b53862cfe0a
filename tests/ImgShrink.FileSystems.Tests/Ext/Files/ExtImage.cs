using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.Testing;

namespace ImgShrink.FileSystems.Tests.Ext.Files;

/// <summary>A volume made by mke2fs, edited here, and judged by e2fsck and debugfs.</summary>
internal sealed class ExtImage : IDisposable
{
    public static readonly DateTimeOffset Time = new(2024, 5, 6, 7, 8, 9, 123, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly string _path;

    /// <param name="options">What mke2fs is told besides the file: feature options, block size.</param>
    /// <param name="size">Size for mke2fs; the default gives several block groups.</param>
    public ExtImage(string options, string? size = null)
    {
        _path = _folder["volume.img"];
        size ??= options.Contains("-b 4096") ? "300M" : "64M";
        string[] fixedOptions = ["-q", "-F", "-U", "11111111-2222-3333-4444-555555555555", "-E", "hash_seed=01234567-89ab-cdef-0123-456789abcdef"];
        Tool.Need("mke2fs", [.. fixedOptions, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), _path, size]);
    }

    /// <summary>The flavours of volumes that cards carry: name, and options of mke2fs.</summary>
    public static TheoryData<string> Flavours => new(
        "-t ext4 -b 4096",
        "-t ext4 -O metadata_csum_seed,orphan_file -b 4096",
        "-t ext4 -O ^metadata_csum,^64bit,^huge_file -b 4096",
        "-t ext4 -O ^metadata_csum,uninit_bg -b 4096",
        "-t ext4 -O ^metadata_csum,^64bit,uninit_bg -b 1024",
        "-t ext4 -b 1024",
        "-t ext4 -b 2048",
        "-t ext4 -I 128 -b 4096",
        "-t ext4 -O ^filetype,^dir_index -b 1024",
        "-t ext4 -b 1024 -O metadata_csum_seed,orphan_file",
        "-t ext4 -b 1024 -O ^flex_bg,^resize_inode",
        "-t ext4 -O ^extents,^64bit -b 4096",
        "-t ext3 -b 4096",
        "-t ext3 -b 1024",
        "-t ext2 -b 1024 -I 128",
        "-t ext2 -b 4096");

    public static bool IsMissing(Xunit.Abstractions.ITestOutputHelper output) =>
        Tool.SkipWithout(output.WriteLine, "mke2fs", "e2fsck", "debugfs");

    /// <summary>Runs edits, and writes them into the image.</summary>
    public void Edit(Action<ExtFileEditor> edit)
    {
        RangeSet edited;
        var changes = new List<(long At, byte[] Bytes)>();
        using (var source = new RawImageFile(_path))
        {
            ExtVolume volume = ExtVolume.Open(source);
            using (ExtFileEditor editor = ExtFileEditor.Open(volume, Time))
                edit(editor);
            edited = volume.Store.EditedRanges();
            foreach (ByteRange range in edited.Ranges())
                changes.Add((range.Start, volume.Store.ReadBytes(range.Start, (int)range.Length)));
        }

        using FileStream image = File.OpenWrite(_path);
        foreach (var (at, bytes) in changes)
        {
            image.Position = at;
            image.Write(bytes);
        }
    }

    /// <summary>The whole volume, in memory.</summary>
    public byte[] Bytes() => File.ReadAllBytes(_path);

    /// <summary>Looks at the volume as it is now.</summary>
    public void Read(Action<ExtVolume, ExtFileTree> look)
    {
        using var source = new RawImageFile(_path);
        ExtVolume volume = ExtVolume.Open(source);
        look(volume, ExtFileTree.Open(volume));
    }

    /// <summary>e2fsck must have nothing to say: its passes, and the summary.</summary>
    public void AssertClean()
    {
        ToolResult result = Tool.Run("e2fsck", "-fn", _path);
        IEnumerable<string> complaints = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("e2fsck 1.") && !line.StartsWith("Pass ") && !line.StartsWith(_path + ": "));
        Assert.Equal("", string.Join('\n', complaints));
        Assert.Equal(0, result.ExitCode);
    }

    /// <summary>Has e2fsck build a hash index for every directory that is large enough.</summary>
    public void BuildIndexes()
    {
        ToolResult result = Tool.Run("e2fsck", "-fyD", _path);
        Assert.True(result.ExitCode is 0 or 1, result.Output);
    }

    /// <summary>Runs one command of debugfs.</summary>
    public string Ask(string command) => Tool.Run("debugfs", "-R", command, _path).Output;

    /// <summary>Runs commands of debugfs that change the volume.</summary>
    public void Change(string commands) => Tool.RunWithInput("debugfs", commands, "-w", "-f", "-", _path);

    /// <summary>Takes everything out with debugfs; gives the folder.</summary>
    public string Extract()
    {
        string folder = _folder["out"];
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        Tool.Need("debugfs", "-R", $"rdump / {folder}", _path);
        return folder;
    }

    /// <summary>The content of one file as debugfs gives it.</summary>
    public byte[] Dump(string path)
    {
        string target = _folder["dump.bin"];
        File.Delete(target);
        Tool.Need("debugfs", "-R", $"dump {path} {target}", _path);
        return File.ReadAllBytes(target);
    }

    public void Dispose() => _folder.Dispose();
}
