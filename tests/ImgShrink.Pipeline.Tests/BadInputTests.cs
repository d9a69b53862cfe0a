using System.Text;
using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.FileSystems.Ext.Recovery;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.Pipeline.Tests;

/// <summary>Whatever is wrong with an input: the right exit code, a message that helps, no output, and the source as it was.</summary>
[Collection(nameof(SampleCards))]
public sealed class BadInputTests(SampleCards cards, ITestOutputHelper output) : IDisposable
{
    private const long Mebi = 1 << 20;
    private const int Superblock = 1024;

    private readonly TempFolder _folder = new();

    /// <summary>What a test does to a source, by name; the others are made from nothing.</summary>
    private static readonly Dictionary<string, byte[]> _files = new()
    {
        ["empty"] = [],
        ["short text"] = Encoding.UTF8.GetBytes("Dear diary, today I made a backup of my card."),
        ["text"] = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("A line of a log that somebody took for an image.\n", 60_000))),
        ["zeros"] = new byte[4 * Mebi],
        ["random"] = Noise.Bytes(5, (int)(4 * Mebi)),
        ["gzip"] = [0x1F, 0x8B, 0x08, .. Noise.Bytes(1, 5000)],
        ["zstd"] = [0x28, 0xB5, 0x2F, 0xFD, .. Noise.Bytes(2, 5000)],
        ["xz"] = [0xFD, .. "7zXZ\0"u8, .. Noise.Bytes(3, 5000)],
        ["qcow2"] = [.. "QFI"u8, 0xFB, .. Noise.Bytes(6, 5000)],
        ["zip"] = [.. "PK\x03\x04"u8, .. Noise.Bytes(4, 5000)],
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("empty", 3, "its length is 0 bytes", "copy the card again.")]
    [InlineData("short text", 3, "its length is 45 bytes, expected 512 bytes", "This is not a disk image")]
    [InlineData("text", 3, "no partition table and no file system, expected an MBR, a GPT, or a file system", "This is not a card image")]
    [InlineData("zeros", 3, "no partition table and no file system", "This is not a card image")]
    [InlineData("random", 3, "no partition table and no file system", "This is not a card image")]
    [InlineData("gzip", 3, "its gzip data up to byte", "Get the file again.")]
    [InlineData("zstd", 3, "its zstd data up to byte", "Get the file again.")]
    [InlineData("xz", 3, "its xz data up to byte", "Get the file again.")]
    [InlineData("zip", 3, "its zip data up to byte", "Get the file again.")]
    [InlineData("qcow2", 4, "a qcow2 file", "Convert it first: qemu-img convert -O raw.")]
    public void A_file_that_is_no_image(string kind, int exitCode, params string[] says)
    {
        string path = _folder["source.img"];
        File.WriteAllBytes(path, _files[kind]);
        Refused(path, exitCode, says);
    }

    [Theory]
    [InlineData("cut", 3, "The image ends ", "partition 2", "its end is byte 200000000", "Copy the card again")]
    [InlineData("beyond", 3, "The image ends ", "before partition 2 does", "Copy the card again")]
    [InlineData("overlap", 3, "Partitions overlap", "partition 2: its first sector is 8192", "Repair the table")]
    [InlineData("checksum", 3, "ext superblock: s_checksum is 0x", "expected 0x", "Run 'e2fsck -f'")]
    [InlineData("blocks", 3, "s_blocks_count", "read the card again")]
    [InlineData("block size", 3, "s_log_block_size", "Run 'e2fsck -f'")]
    [InlineData("group size", 3, "s_blocks_per_group is 0", "Run 'e2fsck -f'")]
    [InlineData("descriptor", 3, "block group 0", "bg_checksum", "Run 'e2fsck -f'")]
    [InlineData("inode table", 3, "inode", "Run 'e2fsck -f'")]
    [InlineData("compat", 4, "flag 0x8000000", "which cannot be shrunk safely", "With --no-shrink it is copied as it is")]
    [InlineData("incompat", 4, "flag 0x80000000", "which cannot be shrunk safely", "With --no-shrink it is copied as it is")]
    [InlineData("ro_compat", 4, "flag 0x80000000", "which cannot be shrunk safely", "With --no-shrink it is copied as it is")]
    [InlineData("errors", 4, "marked as having errors", "Run 'e2fsck -f' on it. With --no-shrink")]
    public void A_damaged_card(string damage, int exitCode, params string[] says)
    {
        bool checksums = damage is "checksum" or "descriptor";
        string path = SampleCards.Copy(checksums ? cards.WithChecksums : cards.Pi, _folder["source.img"]);
        long root = cards.Partitions.Root.Start;
        long super = root + Superblock;
        switch (damage)
        {
            case "cut":
                using (FileStream file = File.OpenWrite(path))
                    file.SetLength(root + cards.Partitions.Root.Length / 2);
                break;
            case "beyond":
                Put32(0x1CE + 12, (uint)(cards.Partitions.Root.Length / 512 + 5000));
                break;
            case "overlap":
                Put32(0x1CE + 8, (uint)(cards.Partitions.Boot.Start / 512));
                break;
            case "checksum":
                Put32(super + 0x3FC, 0x12345678);
                break;
            case "blocks":
                Put32(super + 4, 0x7FFFFFFF);
                break;
            case "block size":
                Put32(super + 0x18, 77);
                break;
            case "group size":
                Put32(super + 0x20, 0);
                break;
            case "descriptor":
                Job.Poke(path, root + 4096 + 0x0C, 0xFF, 0x7F); // free blocks of group 0
                break;
            case "inode table":
                Job.Poke(path, root + Get32(root + 4096 + 8) * 4096L + 256, Noise.Bytes(9, 256)); // inode 2, the root directory
                break;
            case "compat":
                Put32(super + 0x5C, Get32(super + 0x5C) | 0x8000000);
                break;
            case "incompat":
                Put32(super + 0x60, Get32(super + 0x60) | 0x80000000);
                break;
            case "ro_compat":
                Put32(super + 0x64, Get32(super + 0x64) | 0x80000000);
                break;
            case "errors":
                Job.Poke(path, super + 0x3A, 3, 0);
                break;
        }

        Refused(path, exitCode, says);

        void Put32(long offset, uint value) => Job.Poke(path, offset, BitConverter.GetBytes(value));
        uint Get32(long offset) => BitConverter.ToUInt32(Job.Bytes(path, offset, 4));
    }

    [Theory]
    [InlineData(0x5C, 0x8000000u)]
    [InlineData(0x60, 0x80000000u)]
    [InlineData(0x64, 0x80000000u)]
    public void What_the_advice_says_works(int offset, uint flag)
    {
        string path = SampleCards.Copy(cards.Pi, _folder["source.img"]);
        long at = cards.Partitions.Root.Start + Superblock + offset;
        Job.Poke(path, at, BitConverter.GetBytes(BitConverter.ToUInt32(Job.Bytes(path, at, 4)) | flag));
        ShrinkReport report = Job.ToRaw(path, _folder["same.img"], options => options with { KeepSizes = true });
        Assert.Equal(report.Output.ImageBytes, report.Source.Bytes);
        Assert.NotNull(report.Partitions[1].Obstacle);
        // Nobody knows which blocks are free, so the volume is carried over to the byte.
        Assert.Equal(Job.Sha256(path), report.Output.Sha256);
    }

    [Fact]
    public void A_card_that_was_not_shut_down_is_shrunk_or_copied_as_it_is()
    {
        string path = SampleCards.Copy(cards.Pi, _folder["source.img"]);
        long at = cards.Partitions.Root.Start + Superblock + 0x60;
        Job.Poke(path, at, (byte)(Job.Bytes(path, at, 1)[0] | 4)); // needs_recovery
        string before = Job.Sha256(path);

        Assert.Equal(new RecoveryRecord(0, 0, 0, 0), InfoJob.Run(path, new Progress<ProgressStep>(), CancellationToken.None).Partitions[1].Recovery);
        ShrinkReport shrunk = Job.ToRaw(path, _folder["small.img"]);
        Assert.Equal(new RecoveryRecord(0, 0, 0, 0), shrunk.Partitions[1].Recovery);
        Assert.Null(InfoJob.Run(_folder["small.img"], new Progress<ProgressStep>(), CancellationToken.None).Partitions[1].Recovery);
        Assert.Equal(before, Job.Sha256(path));

        ShrinkReport copied = Job.ToRaw(path, _folder["same.img"], options => options with { KeepSizes = true });
        Assert.Null(copied.Partitions[1].Recovery);
        Assert.Contains(copied.Warnings, warning => warning.StartsWith("Partition 2 was not unmounted cleanly and is copied as it is"));
        Assert.Equal(before, copied.Output.Sha256);
    }

    [Fact]
    public void A_source_that_is_not_there()
    {
        Refused(_folder["nothing.img"], 6, ["Cannot open", "nothing.img"]);
        Refused(_folder["no folder/nothing.img"], 6, ["Cannot open", "nothing.img"]);
    }

    [Fact]
    public void A_source_that_is_a_folder()
    {
        Directory.CreateDirectory(_folder["source.img"]);
        Refused(_folder["source.img"], 6, ["source.img is a folder; name an image file in it."]);
        Refused(Path.GetPathRoot(_folder[""])!, 6, ["is a folder; name an image file in it."], output: null);
    }

    [Fact]
    public void A_source_that_cannot_be_read_at_any_place()
    {
        if (OperatingSystem.IsWindows() || Tool.SkipWithout(output.WriteLine, "mkfifo"))
            return;
        Tool.Need("mkfifo", _folder["pipe"]);
        using FileStream bothEnds = File.Open(_folder["pipe"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite); // so that opening it does not wait
        Refused(_folder["pipe"], 6, ["is not a file or a device that can be read at any place"], isPlainFile: false);
    }

    [Fact]
    public void An_output_folder_that_is_not_there()
    {
        Refused(cards.Pi, 6, ["The folder of the output does not exist", "Make it first, or name another."], _folder["none/small.img"]);
        Refused(cards.Pi, 6, ["is a folder; name the file to write."], Directory.CreateDirectory(_folder["there"]).FullName);
        File.WriteAllText(_folder["file"], "");
        Refused(cards.Pi, 6, ["The folder of the output does not exist"], _folder["file/small.img"]);
    }

    [Fact]
    public void An_output_folder_that_may_not_be_written()
    {
        if (!OperatingSystem.IsLinux())
            return;
        // /proc takes no files, not even from root; a folder without permission stops everybody else.
        Refused(cards.Pi, 6, ["Cannot create a file in /proc"], "/proc/small.img");
        if (Environment.IsPrivilegedProcess)
            return;
        Directory.CreateDirectory(_folder["closed"]);
        File.SetUnixFileMode(_folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Refused(cards.Pi, 6, ["Cannot create a file in"], _folder["closed/small.img"]);
    }

    [Fact]
    public void A_device_as_output()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Assert.Throws<AccessException>(() => Job.ToRaw(cards.Pi, "/dev/full", options => options with { Overwrite = true }));
        Assert.Throws<AccessException>(() => Job.ToRaw(cards.Pi, "/dev/../dev/null", options => options with { Overwrite = true }));
        using FileStream still = File.OpenRead("/dev/full");
        Assert.Equal(0, still.ReadByte());
        Assert.Empty(Directory.GetFiles("/dev", ".*.partial"));
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("zst")]
    public void An_output_medium_without_room(string format)
    {
        if (Tool.SkipWithout(output.WriteLine, "mount", "umount") || !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return;
        string small = Directory.CreateDirectory(_folder["small"]).FullName;
        Tool.Need("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small);
        try
        {
            Refused(cards.Pi, 5, ["Make room, or write to another disk."], Path.Combine(small, $"out.{format}"));
        }
        finally
        {
            Tool.Need("umount", small);
        }
    }

    [Theory]
    [InlineData("raw", null)]
    [InlineData("zst", 1)]
    [InlineData("xz", 0)]
    [InlineData("gz", 1)]
    [InlineData("zip", 1)]
    public void An_output_medium_that_is_full_after_any_share_of_the_output(string format, int? level)
    {
        if (Tool.SkipWithout(output.WriteLine, "mount", "umount") || !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return;
        const int steps = 6;
        string small = Directory.CreateDirectory(_folder["small"]).FullName;
        ShrinkOptions To(string folder) => new()
        {
            Source = cards.Pi, Output = Path.Combine(folder, "out." + format), Format = ContainerFormats.ByName(format),
            Compression = new ContainerOptions(level),
        };
        ShrinkReport whole = Job.Run(To(_folder["."]));
        long bytes = format == "raw" ? whole.Output.DataBytes : whole.Output.Bytes!.Value;
        for (int step = 1; step < steps; step++)
        {
            Tool.Need("mount", "-t", "tmpfs", "-o", $"size={bytes * step / steps}", "tmpfs", small);
            try
            {
                var refused = Assert.Throws<NotEnoughSpaceException>(() => Job.Run(To(small)));
                Assert.Contains("Make room, or write to another disk.", refused.Message);
                Assert.Empty(Directory.GetFileSystemEntries(small));
            }
            finally
            {
                Tool.Need("umount", small);
            }
        }

        output.WriteLine($"{format}: the disk was full {steps - 1} times, and nothing was left");
        ReliabilityTable.Faults.Add($"The disk, full while a {format} output is written", steps - 1);
    }

    private void Refused(string source, int exitCode, string[] says, bool isPlainFile = true) =>
        Refused(source, exitCode, says, _folder["small.img"], isPlainFile);

    private void Refused(string source, int exitCode, string[] says, string? output, bool isPlainFile = true)
    {
        string folder = Path.GetDirectoryName(output) ?? _folder[""];
        string[] names = Directory.Exists(folder) ? Job.Names(folder) : [];
        string? before = isPlainFile && File.Exists(source) ? Job.Sha256(source) : null;
        var refused = Assert.ThrowsAny<ImgShrinkException>(
            () => ShrinkJob.Run(new ShrinkOptions { Source = source, Output = output }, new Job.OnStep(_ => { }), CancellationToken.None));
        WriteLine(refused);
        Assert.Equal(exitCode, refused.ExitCode);
        Assert.All(says, part => Assert.Contains(part, refused.Message));
        Assert.DoesNotContain("Exception", refused.Message);
        Assert.True(refused.Message.EndsWith('.') || refused.Message.EndsWith(')'), refused.Message);
        if (folder != "/proc")
            Assert.Equal(names, Directory.Exists(folder) ? Job.Names(folder) : []);
        if (before is not null)
            Assert.Equal(before, Job.Sha256(source));

        // Looking at it must be as safe; it may well succeed where only the shrink is refused.
        if (exitCode != 5)
            _ = Record.Exception(() => InfoJob.Run(source, new Progress<ProgressStep>(), CancellationToken.None)) is null or ImgShrinkException ? 0 : throw new InvalidOperationException("info fails with a bug");
    }

    private void WriteLine(ImgShrinkException refused) => output.WriteLine($"{refused.ExitCode}: {refused.Message}");
}
