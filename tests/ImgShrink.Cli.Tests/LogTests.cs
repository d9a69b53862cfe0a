using System.Text.RegularExpressions;
using ImgShrink.Testing;

namespace ImgShrink.Cli.Tests;

/// <summary>What a log takes down, and which files it leaves alone.</summary>
[Collection(nameof(SmallCard))]
public sealed class LogTests(SmallCard card) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_quiet_run_is_taken_down_with_the_time_of_every_line()
    {
        CliResult run = Cli.Run("shrink", card.Path, _folder["small card.img"], "-q", "--log", _folder["run.log"]);
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Error));
        string[] lines = File.ReadAllLines(_folder["run.log"]);
        Assert.Equal("imgshrink log", lines[0]);
        Assert.All(lines[1..], line => Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [+-]\d\d:\d\d  ", line));
        string[] said = [.. lines[1..].Select(Said)];
        Assert.Matches(@"^imgshrink \d+\.\d+\.\d+.*: shrink .* ""[^""]+small card.img"" -q --log ", said[0]);
        Assert.Equal(["Checking the image ...", "Planning ...", "Writing ...", "Verifying ..."], said.Where(each => each.EndsWith("...")));
        Assert.Contains(said, each => each.StartsWith("SHA-256 of the image: "));
        Assert.Matches(@"^Ended with exit code 0 after \d+\.\d s\.$", said[^1]);
    }

    [Fact]
    public void A_log_goes_on_with_the_next_run_and_has_errors_in_full()
    {
        Cli.Run("info", card.Path, "--json", "--log", _folder["run.log"]);
        string first = File.ReadAllText(_folder["run.log"]);
        Assert.Contains("System: Raspberry Pi OS", first);
        File.WriteAllBytes(_folder["damaged.img"], new byte[100_000]);
        CliResult run = Cli.Run("info", _folder["damaged.img"], "--log", _folder["run.log"]);
        Assert.Equal(3, run.ExitCode);
        Assert.DoesNotContain("CorruptImageException", run.Error);
        string second = File.ReadAllText(_folder["run.log"]);
        Assert.StartsWith(first, second);
        string[] said = [.. second[first.Length..].TrimEnd().Split('\n').Select(Said)];
        Assert.Contains(run.Error.TrimEnd(), said.Select(each => each.TrimEnd()));
        Assert.Contains(said, each => each.StartsWith("ImgShrink.Blocks.CorruptImageException: "));
        Assert.Contains(said, each => each.StartsWith("   at ImgShrink."));
        Assert.StartsWith("Ended with exit code 3 ", said[^1]);
        Assert.Single(Regex.Matches(second, @"(?m)^imgshrink log\r?$"));
    }

    [Fact]
    public void Images_of_a_batch_are_named_in_it()
    {
        Directory.CreateDirectory(_folder["in"]);
        File.Copy(card.Path, _folder["in/a.img"]);
        File.Copy(card.Path, _folder["in/b.img"]);
        CliResult run = Cli.Run("batch", _folder["in"], "--dry-run", "-q", "--threads", "4", "--memory", "8G", "--log", _folder["run.log"]);
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Error));
        string log = File.ReadAllText(_folder["run.log"]);
        Assert.Contains($"[2 of 2] ", log);
        Assert.Contains("  b.img: Planning ...", log);
        Assert.Contains("2 of 2 images: ", log);
    }

    [Fact]
    public void A_file_that_is_no_log_is_never_written_to()
    {
        File.WriteAllText(_folder["notes.txt"], "mine");
        File.WriteAllText(_folder["letters.txt"], "imgshrink, I like it");
        string image = _folder["card.img"];
        File.Copy(card.Path, image);
        foreach (string path in (string[])[_folder["notes.txt"], _folder["letters.txt"], image])
        {
            DateTime written = File.GetLastWriteTimeUtc(path);
            long bytes = new FileInfo(path).Length;
            CliResult run = Cli.Run("info", image, "--log", path);
            Assert.Equal((6, ""), (run.ExitCode, run.Output));
            Assert.Contains($"imgshrink: The log {path} cannot be written: It is another file, and no log of imgshrink; name a new one.", run.Error);
            Assert.Equal((written, bytes), (File.GetLastWriteTimeUtc(path), new FileInfo(path).Length));
        }
    }

    [Theory]
    [InlineData("info", "no image")]
    [InlineData("--foo")]
    public void A_log_that_cannot_be_written_hides_no_error(params string[] args)
    {
        CliResult run = Cli.Run([.. args, "--log", _folder["no/such/folder/run.log"]]);
        Assert.Contains(run.ExitCode, (int[])[2, 6]);
        Assert.StartsWith("imgshrink: ", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
        Assert.Equal(2, Cli.Run("info", "a.img", "--log", "").ExitCode);
    }

    private static string Said(string line) => line.Length > 32 ? line[32..] : line;
}
