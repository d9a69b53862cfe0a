using System.Diagnostics;
using System.Text.Json;
using ImgShrink.Testing;

namespace ImgShrink.Cli.Tests;

/// <summary>An image is written, with the real program, to a block device of Linux, and judged by the real tools.</summary>
[Collection(nameof(SmallCard))]
public sealed class WriteTests(SmallCard card) : IDisposable
{
    private const long DriveBytes = 230_000_128;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_card_is_shrunk_captured_and_written_and_the_result_is_sound()
    {
        if (LoopDevice.WhyNot() is not null)
            return;
        Assert.Equal(0, Cli.Run("shrink", card.Path, _folder["small.img"], "-q").ExitCode);
        using LoopDevice loop = LoopDevice.Over(MakeDrive(DriveBytes), "--direct-io=on");
        long before = loop.BytesWritten;
        CliResult run = Cli.Run("write", _folder["small.img"], loop.Path, "--yes", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement report = JsonDocument.Parse(run.Output).RootElement;
        long grown = report.GetProperty("grownVolumeBytes").GetInt64(), partition = report.GetProperty("grownPartitionBytes").GetInt64();
        Assert.InRange(partition, 100_000_000, DriveBytes);
        Assert.InRange(grown, partition - (4 << 20), partition);
        // Its groups have no checksums, so the inode tables of new ones have to be written: 256 bytes for each 8 KiB.
        long tables = grown / 32;
        // What is in use, by the file systems' own count; the megabytes that begin and end the card, and the gap of four.
        long inUse = report.GetProperty("partitions").EnumerateArray().Sum(each => each.GetProperty("usedBytes").GetInt64());
        const long ends = 8 << 20;
        Assert.InRange(report.GetProperty("bytesWritten").GetInt64(), 1, inUse * 105 / 100 + ends + tables);
        Assert.InRange(loop.BytesWritten - before, 1, inUse * 105 / 100 + ends + tables);
        Assert.Contains("No errors detected.", Tool.Need("sfdisk", "--verify", loop.Path));
        ExpectSoundRoot(report);
        // Nobody has to grow it any more.
        Assert.Contains("Nothing to do!", Tool.Need("resize2fs", _folder["root.img"], $"{grown / 1024}K"));
        CliResult entry = Cli.Run("ls", _folder["drive.img"], "2:/etc");
        Assert.Equal(0, entry.ExitCode);
        Assert.DoesNotContain("imgshrink", entry.Output);
    }

    [Fact]
    public void A_card_keeps_its_sizes_where_that_is_wanted()
    {
        if (LoopDevice.WhyNot() is not null)
            return;
        using LoopDevice loop = LoopDevice.Over(MakeDrive(DriveBytes));
        CliResult run = Cli.Run("write", card.Path, loop.Path, "--yes", "--expand", "none", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(JsonValueKind.Null, report.GetProperty("grownVolumeBytes").ValueKind);
        Assert.Contains("--expand none", report.GetProperty("warnings").EnumerateArray().Last().GetString());
        CliResult wrong = Cli.Run("write", card.Path, loop.Path, "--yes", "--expand", "50%");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("--expand of write takes max or none, not '50%'.", wrong.Error);
    }

    [Fact]
    public void A_card_goes_to_a_smaller_card_in_one_pass()
    {
        if (LoopDevice.WhyNot() is not null)
            return;
        using LoopDevice from = LoopDevice.Over(card.Path, "--read-only");
        using LoopDevice to = LoopDevice.Over(MakeDrive(120_000_000));
        CliResult refused = Cli.Run("write", from.Path, to.Path, "--yes");
        Assert.Equal(5, refused.ExitCode);
        Assert.Contains($"imgshrink write {from.Path} {to.Path} --resize", refused.Error);
        CliResult run = Cli.Run("write", from.Path, to.Path, "--yes", "--resize", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        ExpectSoundRoot(JsonDocument.Parse(run.Output).RootElement);
    }

    [Fact]
    public void Nothing_is_written_without_a_yes()
    {
        if (LoopDevice.WhyNot() is not null)
            return;
        using LoopDevice loop = LoopDevice.Over(MakeDrive(DriveBytes));
        byte[] before = File.ReadAllBytes(_folder["drive.img"]);
        CliResult run = Cli.Run("write", card.Path, loop.Path);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--yes says so", run.Error);
        CliResult dry = Cli.Run("write", card.Path, loop.Path, "--dry-run");
        Assert.Equal(0, dry.ExitCode);
        Assert.Contains("Nothing was written.", dry.Output);
        Assert.True(File.ReadAllBytes(_folder["drive.img"]).AsSpan().SequenceEqual(before));
    }

    [Fact]
    public void A_protected_card_and_what_is_no_card_are_refused()
    {
        if (LoopDevice.WhyNot() is not null)
            return;
        using LoopDevice loop = LoopDevice.Over(MakeDrive(DriveBytes), "--read-only");
        Refused("Slide the lock switch of the card away from LOCK", card.Path, loop.Path);
        Refused("is a file, not a device", card.Path, _folder["drive.img"]);
        Refused("There is no device /dev/no-such-device.", card.Path, "/dev/no-such-device");
    }

    [Fact]
    public void An_empty_slot_and_the_disk_of_the_system_are_refused()
    {
        if (LoopDevice.WhyNot() is not null)
            return;
        LoopDevice slot = LoopDevice.Over(MakeDrive(1 << 20));
        slot.Dispose(); // An unbound loop device is an empty slot.
        Refused("there is no card in it", card.Path, slot.Path);
        JsonElement[] drives = [.. JsonDocument.Parse(Cli.Run("devices", "--json").Output).RootElement.GetProperty("drives").EnumerateArray()];
        foreach (string? path in drives.Where(each => each.GetProperty("systemUse").ValueKind == JsonValueKind.String)
            .Select(each => each.GetProperty("path").GetString()))
            Refused($"{path} is never written: this system needs it", card.Path, path!, "--dry-run");
    }

    [Fact]
    public void A_card_in_use_is_refused_by_the_name_of_its_user_and_taken_off_when_that_has_gone()
    {
        if (LoopDevice.WhyNot() is not null)
            return;
        using LoopDevice loop = LoopDevice.Over(MakeDrive(DriveBytes));
        Tool.Need("mke2fs", "-q", "-F", "-t", "ext4", loop.Path);
        string mount = Directory.CreateDirectory(_folder["mount"]).FullName;
        Tool.Need("mount", loop.Path, mount);
        try
        {
            File.Copy(card.Path, Path.Combine(mount, "card.img"));
            Refused($"{loop.Path} holds {mount}/card.img, which is to be written to it. Copy it to another drive first.", $"{mount}/card.img", loop.Path);
            CliResult captured = Cli.Run("capture", loop.Path, $"{mount}/out.img");
            Assert.Equal(6, captured.ExitCode);
            Assert.Contains($"would lie on {loop.Path}, which is to be read; name a place elsewhere.", captured.Error);
            using (Process user = Process.Start(new ProcessStartInfo("sleep", ["100"]) { WorkingDirectory = mount })!)
            {
                Refused($"{mount} is in use. Close sleep (process {user.Id}), and start once more. Nothing was written.", card.Path, loop.Path);
                user.Kill();
                user.WaitForExit();
            }

            CliResult written = Cli.Run("write", card.Path, loop.Path, "--yes");
            Assert.True(written.ExitCode == 0, written.Error);
            Assert.Empty(Directory.GetFiles(mount)); // It is mounted no longer.
        }
        finally
        {
            _ = Tool.Run("umount", mount);
        }
    }

    private static void Refused(string says, string image, string device, string how = "--yes")
    {
        CliResult run = Cli.Run("write", image, device, how);
        Assert.Equal(6, run.ExitCode);
        Assert.Contains(says, run.Error);
    }

    private void ExpectSoundRoot(JsonElement report)
    {
        // The partitions of the image keep their starts; the root is the last one.
        long start = report.GetProperty("partitions").EnumerateArray().Last().GetProperty("start").GetInt64();
        Tool.Need("dd", $"if={_folder["drive.img"]}", $"of={_folder["root.img"]}", "bs=1M", $"iflag=skip_bytes,fullblock", $"skip={start}", "status=none");
        ToolResult checkedRoot = Tool.Run("e2fsck", "-fn", _folder["root.img"]);
        Assert.True(checkedRoot.ExitCode == 0, checkedRoot.Output);
    }

    /// <summary>A drive full of old data.</summary>
    private string MakeDrive(long bytes)
    {
        using FileStream file = File.Create(_folder["drive.img"]);
        byte[] old = Noise.Bytes(9, 1 << 20);
        while (file.Length < bytes)
            file.Write(old, 0, (int)Math.Min(old.Length, bytes - file.Length));
        return _folder["drive.img"];
    }
}
