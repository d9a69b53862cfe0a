using System.Diagnostics;
using System.Text.Json;
using ImgShrink.Testing;

namespace ImgShrink.Cli.Tests;

/// <summary>A card is read, with the real program, from a block device of Linux.</summary>
[Collection(nameof(SmallCard))]
public sealed class CaptureTests(SmallCard card) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_capture_is_the_shrunk_image_of_the_card_and_reads_little_more_than_what_is_in_use()
    {
        if (LoopDevice.WhyNot() is not null)
            return;
        using LoopDevice loop = LoopDevice.Over(card.Path, "--read-only", "--direct-io=on");
        long before = loop.BytesRead;
        CliResult run = Cli.Run("capture", loop.Path, _folder["captured.img"], "--json");
        Assert.Equal(0, run.ExitCode);
        JsonElement report = JsonDocument.Parse(run.Output).RootElement;
        long inUse = report.GetProperty("partitions").EnumerateArray().Sum(each => each.GetProperty("usedBytes").GetInt64());
        Assert.InRange(loop.BytesRead - before, 1, inUse * 11 / 10);
        Assert.InRange(report.GetProperty("bytesRead").GetInt64(), 1, inUse * 11 / 10);
        Assert.Contains("\"bytesToRead\":", run.Error);
        Assert.Equal(0, Cli.Run("shrink", card.Path, _folder["shrunk.img"]).ExitCode);
        Assert.True(File.ReadAllBytes(_folder["captured.img"]).AsSpan().SequenceEqual(File.ReadAllBytes(_folder["shrunk.img"])));
    }

    [Fact]
    public void Without_a_name_the_output_is_named_after_the_device()
    {
        if (LoopDevice.WhyNot() is not null)
            return;
        using LoopDevice loop = LoopDevice.Over(card.Path, "--read-only");
        CliResult run = Cli.Run(start => start.WorkingDirectory = _folder[""], "capture", loop.Path, "-q", "--no-shrink");
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Error));
        Assert.True(File.Exists(_folder[$"{Path.GetFileName(loop.Path)}.shrunk.img.zst"]));
    }

    [Fact]
    public void A_card_that_fails_in_places_gives_what_it_can_and_says_what_is_missing()
    {
        if (LoopDevice.WhyNot() is not null)
            return;
        using LoopDevice loop = LoopWithoutItsEnd(149_500_416);
        string[] all = ["capture", loop.Path, _folder["saved.img"], "--all-sectors", "--force"];
        CliResult run = Cli.Run(all);
        Assert.Equal(6, run.ExitCode);
        Assert.Contains("could not be read; there are zeros in the image.", run.Output);
        byte[] saved = File.ReadAllBytes(_folder["saved.img"]);
        Assert.Equal(150_000_000 / 512 * 512, saved.Length);
        Assert.True(saved.AsSpan(0, 149_000_000).SequenceEqual(File.ReadAllBytes(card.Path).AsSpan(0, 149_000_000)));
        Assert.Contains("  -\n", File.ReadAllText(_folder["saved.img.unreadable.map"]));
        Assert.Equal(0, Cli.Run([.. all, "--ignore-read-errors"]).ExitCode);
    }

    [Fact]
    public void A_capture_that_was_killed_is_gone_on_with()
    {
        if (LoopDevice.WhyNot() is not null)
            return;
        using LoopDevice loop = LoopDevice.Over(card.Path, "--read-only");
        string[] slowly = ["capture", loop.Path, _folder["card.img.zst"], "--level", "12", "--threads", "1", "--expand", "none"];
        Assert.Equal(0, Cli.Run([.. slowly, "--resume"]).ExitCode); // Where there is none, it begins.
        byte[] expected = File.ReadAllBytes(_folder["card.img.zst"]);
        File.Delete(_folder["card.img.zst"]);

        string journal = _folder["card.img.zst.imgshrink-capture"];
        using (Process process = Cli.Start(_ => { }, slowly))
        {
            while (!process.HasExited && !(File.Exists(journal) && Tool.Need("cat", [journal]).Contains(" cell ")))
                Thread.Sleep(1);
            process.Kill();
            process.WaitForExit();
        }

        CliResult refused = Cli.Run(slowly);
        Assert.Equal((6, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("was stopped, or is running. 'imgshrink capture' with --resume goes on with it, --force begins again.", refused.Error);
        CliResult run = Cli.Run([.. slowly, "--resume"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Went on with a capture that had been stopped:", run.Output);
        Assert.True(expected.AsSpan().SequenceEqual(File.ReadAllBytes(_folder["card.img.zst"])));
        Assert.Equal(["card.img.zst"], _folder.Files);
    }

    [Theory]
    [InlineData("/dev/no-such-device", "There is no device /dev/no-such-device. 'imgshrink devices' shows those that are there.")]
    [InlineData("card", "is not a device. For an image in a file there is 'imgshrink shrink'.")]
    [InlineData("slot", "there is no card in it")]
    public void What_is_no_card_is_refused_in_a_sentence(string device, string says)
    {
        if (device == "slot" && LoopDevice.WhyNot() is not null)
            return;
        using LoopDevice? slot = device == "slot" ? LoopDevice.Over(card.Path, "--read-only") : null;
        slot?.Dispose(); // An unbound loop device is an empty slot.
        CliResult run = Cli.Run("capture", slot?.Path ?? (device == "card" ? card.Path : device), _folder["out.img"]);
        Assert.Equal((6, ""), (run.ExitCode, run.Output));
        Assert.Contains(says, run.Error);
    }

    [Fact]
    public void The_list_shows_a_loop_device_and_does_not_take_it_for_a_card()
    {
        if (LoopDevice.WhyNot() is not null)
            return;
        using LoopDevice loop = LoopDevice.Over(card.Path, "--read-only");
        JsonElement drive = JsonDocument.Parse(Cli.Run("devices", "--json").Output).RootElement.GetProperty("drives")
            .EnumerateArray().Single(each => each.GetProperty("path").GetString() == loop.Path);
        Assert.Equal(150_000_000 / 512 * 512, drive.GetProperty("bytes").GetInt64());
        Assert.True(drive.GetProperty("isWriteProtected").GetBoolean());
        Assert.False(drive.GetProperty("likeness").GetProperty("isCard").GetBoolean());
    }

    /// <summary>A card whose sectors from a place on give errors: the file below is shorter than the device.</summary>
    private LoopDevice LoopWithoutItsEnd(long from)
    {
        File.Copy(card.Path, _folder["bad.img"]);
        LoopDevice loop = LoopDevice.Over(_folder["bad.img"], "--read-only", "--direct-io=on");
        using FileStream file = File.OpenWrite(_folder["bad.img"]);
        file.SetLength(from);
        return loop;
    }
}
