using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.Cli.Tests;

/// <summary>What scripts rely on: exit codes, what goes to stdout and stderr, and the JSON forms.</summary>
[Collection(nameof(SmallCard))]
public sealed class RunTests(SmallCard card, ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_shrink_reports_on_stdout_and_tells_its_progress_on_stderr()
    {
        CliResult run = Cli.Run("shrink", card.Path, _folder["small.img"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"SHA-256 of the image: {Sha256(_folder["small.img"])}, read back and compared", run.Output);
        Assert.Contains("The source was not changed.", run.Output);
        Assert.Equal(["Checking the image ...", "Planning ...", "Writing ...", "Verifying ..."], Lines(run.Error).Where(line => line.EndsWith("...")));
        Assert.DoesNotContain('\x1b', run.Output + run.Error);
        Assert.DoesNotContain('\r', (run.Output + run.Error).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void In_place_the_source_is_the_output_and_a_second_run_is_told()
    {
        string image = _folder["card.img"];
        File.Copy(card.Path, image);
        CliResult planned = Cli.Run("shrink", image, "--in-place", "--dry-run");
        Assert.Equal(0, planned.ExitCode);
        Assert.Contains("beside it for a while. Nothing was written.", planned.Output);
        using (File.Open(image, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Assert.Equal(6, Cli.Run("shrink", image, "--in-place").ExitCode);
        Assert.Equal(Sha256(card.Path), Sha256(image));

        CliResult run = Cli.Run("shrink", image, "--in-place");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"{image}: ", run.Output);
        Assert.Contains("changed in place", run.Output);
        Assert.Contains($"SHA-256 of the image: {Sha256(image)}, read back and compared", run.Output);
        Assert.DoesNotContain("The source was not changed.", run.Output);
        Assert.Equal(["card.img"], Directory.GetFiles(_folder.Root).Select(Path.GetFileName));
        Assert.Equal(0, Cli.Run("verify", image).ExitCode);
    }

    [Fact]
    public void Info_reports_on_stdout_with_the_next_command()
    {
        CliResult run = Cli.Run("info", card.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("MBR 4f1c2a77", run.Output);
        Assert.Contains("ext4", run.Output);
        Assert.Contains("rootfs", run.Output);
        Assert.Contains($"imgshrink shrink {card.Path}", run.Output);
        Assert.Matches(@"(?m)^  \[[ #.]{76}\]\r?\n +1 +2\r?$", run.Output);
        Assert.Matches(@"Largest folders: 2:/[\w/]+ \([\d.]+ MB\)", run.Output);
        Assert.Matches(@"Smallest size: files [\d.]+ MB, (journal [\d.]+ MB, )?inode tables and bitmaps [\d.]+ MB, superblocks and descriptors", run.Output);
        Assert.DoesNotContain('\x1b', run.Output);
    }

    [Fact]
    public void An_image_that_is_dropped_on_the_program_is_looked_at()
    {
        CliResult dropped = Cli.Run(card.Path);
        Assert.Equal(0, dropped.ExitCode);
        Assert.Equal(Cli.Run("info", card.Path).Output, dropped.Output);
    }

    [Fact]
    public void The_report_of_a_shrink_is_one_json_document()
    {
        CliResult run = Cli.Run("shrink", card.Path, _folder["small.img"], "--json");
        Assert.Equal(0, run.ExitCode);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement report = document.RootElement;
        RequireCommonParts(report);
        JsonElement written = report.GetProperty("output");
        Assert.Equal(new FileInfo(_folder["small.img"]).Length, written.GetProperty("bytes").GetInt64());
        Assert.Equal(new FileInfo(_folder["small.img"]).Length, written.GetProperty("imageBytes").GetInt64());
        Assert.Equal(Sha256(_folder["small.img"]), written.GetProperty("sha256").GetString());
        Assert.True(written.GetProperty("verified").GetBoolean());

        string[] phases = [.. Lines(run.Error).Select(PhaseOf).Distinct()];
        Assert.Equal(["checking", "planning", "writing", "verifying"], phases);

        static string PhaseOf(string line)
        {
            using JsonDocument progress = JsonDocument.Parse(line);
            JsonElement root = progress.RootElement;
            foreach (string number in (string[])["done", "total", "bytesPerSecond"])
                Assert.Equal(JsonValueKind.Number, root.GetProperty(number).ValueKind);
            return root.GetProperty("phase").GetString()!;
        }
    }

    [Fact]
    public void Info_is_one_json_document()
    {
        CliResult run = Cli.Run("info", "--json", card.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using JsonDocument document = JsonDocument.Parse(run.Output);
        RequireCommonParts(document.RootElement);
        Assert.InRange(document.RootElement.GetProperty("minimumImageBytes").GetInt64(), 10_000_000, 150_000_000);
        JsonElement root = document.RootElement.GetProperty("partitions")[1];
        JsonElement floor = root.GetProperty("floor");
        long sum = new[] { "fileBytes", "journalBytes", "tableBytes", "copyBytes", "unusedBytes" }.Sum(each => floor.GetProperty(each).GetInt64());
        Assert.Equal(root.GetProperty("minimumBytes").GetInt64(), sum);
        Assert.Equal("content", floor.GetProperty("limit").GetString());
    }

    [Fact]
    public void A_dry_run_says_so_and_writes_nothing()
    {
        CliResult run = Cli.Run("shrink", card.Path, _folder["small.img.zst"], "--dry-run");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Nothing was written.", run.Output);
        CliResult json = Cli.Run("shrink", card.Path, _folder["small.img.zst"], "--dry-run", "--json");
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("output").GetProperty("sha256").ValueKind);
        Assert.Empty(Directory.GetFileSystemEntries(_folder[""]));
    }

    [Fact]
    public void Quiet_says_nothing_but_errors()
    {
        CliResult run = Cli.Run("shrink", card.Path, _folder["small.img.zst"], "-q");
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Error));
        Assert.True(File.Exists(_folder["small.img.zst"]));
        CliResult info = Cli.Run("info", card.Path, "-q");
        Assert.Equal((0, "", ""), (info.ExitCode, info.Output, info.Error));
        CliResult again = Cli.Run("shrink", card.Path, _folder["small.img.zst"], "-q");
        Assert.Equal((6, ""), (again.ExitCode, again.Output));
        Assert.Contains("exists already; name another output, or use --force to replace it.", again.Error);
        CliResult json = Cli.Run("shrink", card.Path, _folder["small.img.zst"], "-q", "--json", "--force");
        Assert.Equal((0, ""), (json.ExitCode, json.Error));
        using JsonDocument document = JsonDocument.Parse(json.Output);
    }

    [Theory]
    [InlineData(3, "damaged.img")]
    [InlineData(4, "other.img")]
    [InlineData(5, "card.img", "--size", "1M")]
    [InlineData(6, "missing.img")]
    [InlineData(6, "folder")]
    public void Each_kind_of_failure_has_its_exit_code(int exitCode, string name, params string[] options)
    {
        File.WriteAllBytes(_folder["damaged.img"], new byte[100_000]);
        File.WriteAllBytes(_folder["other.img"], [.. "QFI"u8, 0xFB, .. new byte[5000]]); // A qcow2 disk.
        Directory.CreateDirectory(_folder["folder"]);
        string source = name == "card.img" ? card.Path : _folder[name];
        CliResult run = Cli.Run(["shrink", source, _folder["small.img"], .. options]);
        output.WriteLine(run.Error);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("imgshrink: ", Lines(run.Error)[^1]);

        CliResult json = Cli.Run(["shrink", source, _folder["small.img"], "--json", .. options]);
        Assert.Equal((exitCode, ""), (json.ExitCode, json.Output));
        using JsonDocument error = JsonDocument.Parse(Lines(json.Error)[^1]);
        Assert.Equal(exitCode, error.RootElement.GetProperty("exitCode").GetInt32());
        Assert.False(File.Exists(_folder["small.img"]));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task An_interrupted_run_leaves_nothing(string signal)
    {
        if (OperatingSystem.IsWindows() || Tool.SkipWithout(output.WriteLine, "kill"))
            return;
        // The highest level takes long enough to be interrupted on any machine.
        using Process process = Cli.Start(_ => { }, "shrink", card.Path, _folder["small.img.zst"], "--all-sectors", "--level", "19", "--threads", "1");
        Task<string> report = process.StandardOutput.ReadToEndAsync();
        string? line;
        do
            line = await process.StandardError.ReadLineAsync();
        while (line is not (null or "Writing ..."));
        Tool.Need("kill", $"-{signal}", $"{process.Id}");
        string rest = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((130, ""), (process.ExitCode, await report));
        Assert.Contains("imgshrink: Cancelled; nothing was written.", rest);
        Assert.Empty(Directory.GetFileSystemEntries(_folder[""]));
    }

    [Theory]
    [InlineData("de_DE.UTF-8")]
    [InlineData("tr_TR.UTF-8")]
    [InlineData("zh_CN.UTF-8")]
    [InlineData("C")]
    public void The_language_of_the_machine_changes_nothing(string language)
    {
        CliResult run = Cli.Run(
            start => (start.Environment["LANG"], start.Environment["LC_ALL"]) = (language, language), "info", card.Path);
        Assert.Equal(Cli.Run("info", card.Path).Output, run.Output);
        CliResult shrunk = Cli.Run(
            start => (start.Environment["LANG"], start.Environment["LC_ALL"]) = (language, language),
            "shrink", card.Path, "--size", "0.1GB", "--dry-run", "--json");
        using JsonDocument document = JsonDocument.Parse(shrunk.Output);
        Assert.Equal(95 << 20, document.RootElement.GetProperty("output").GetProperty("imageBytes").GetInt64());
    }

    [Theory]
    [InlineData("my card.img", "my card.shrunk.img.zst")]
    [InlineData("Kärtchen – 写真 😀.img", "Kärtchen – 写真 😀.shrunk.img.zst")]
    [InlineData("@card.img", "@card.shrunk.img.zst")]
    [InlineData("card", "card.shrunk.img.zst")]
    [InlineData("pi.2024.img", "pi.2024.shrunk.img.zst")]
    public void Names_may_be_unusual(string source, string expected)
    {
        File.Copy(card.Path, _folder[source]);
        CliResult run = Cli.Run(start => start.WorkingDirectory = _folder[""], "shrink", source);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(expected, run.Output);
        Assert.True(File.Exists(_folder[expected]));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder[""]).Length);
    }

    [Fact]
    public void Paths_may_be_longer_than_260_characters()
    {
        string folder = _folder[string.Join('/', Enumerable.Repeat("einhundert Zeichen – 長い名前 – ".PadRight(80, 'x'), 4))];
        Directory.CreateDirectory(folder);
        string image = Path.Combine(folder, "card.img"), small = Path.Combine(folder, "small.img.zst");
        Assert.True(image.Length > 260);
        File.Copy(card.Path, image);
        Assert.Equal(0, Cli.Run("shrink", image, small, "--bmap", "--sha256", "--log", Path.Combine(folder, "run.log")).ExitCode);
        Assert.Equal(0, Cli.Run("verify", small, "--against", image).ExitCode);
        Assert.Equal(0, Cli.Run("extract", small, "2:/etc/hostname", folder).ExitCode);
        Assert.Equal("raspberrypi\n", File.ReadAllText(Path.Combine(folder, "hostname")));
        Assert.Equal(0, Cli.Run("batch", folder, "--replace", "--keep", "-q", "--force", "--report", Path.Combine(folder, "report.html")).ExitCode);
        Assert.True(File.Exists(Path.Combine(folder, "card.shrunk.img.zst")));
    }

    [Fact]
    public void The_demo_works_and_does_not_replace_files_unasked()
    {
        string folder = _folder["my demo"];
        CliResult run = Cli.Run("demo", folder);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("First boot: systemd hook (Raspberry Pi OS 12 (bookworm) starts with systemd)", run.Output);
        Assert.Equal(["card.img", "card.shrunk.img.zst"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        File.WriteAllText(Path.Combine(folder, "card.img"), "somebody's card");
        CliResult again = Cli.Run("demo", folder);
        Assert.Equal(6, again.ExitCode);
        Assert.Contains("exists already; name another folder, or use --force to replace it.", again.Error);
        Assert.Equal("somebody's card", File.ReadAllText(Path.Combine(folder, "card.img")));
    }

    [Fact]
    public void A_demo_folder_that_cannot_be_made()
    {
        File.WriteAllText(_folder["file"], "");
        CliResult run = Cli.Run("demo", Path.Combine(_folder["file"], "demo"));
        Assert.Equal(6, run.ExitCode);
        Assert.DoesNotContain("Internal error", run.Error);
    }

    [Fact]
    public void A_stdout_that_takes_nothing_is_no_bug_of_ours()
    {
        if (!OperatingSystem.IsLinux())
            return;
        ToolResult run = Tool.Run("sh", "-c", $"dotnet '{Cli.Program}' info '{card.Path}' > /dev/full");
        Assert.Equal(6, run.ExitCode);
        Assert.DoesNotContain("Internal error", run.Output);
    }

    [Fact]
    public void A_terminal_shows_the_disk_in_colours_that_fit_its_width()
    {
        if (!OperatingSystem.IsLinux() || Tool.SkipWithout(output.WriteLine, "script"))
            return;
        string command = $"stty cols 60; dotnet '{Cli.Program}' info '{card.Path}'";
        ToolResult run = Tool.Run("env", "TERM=xterm-256color", "LANG=C.UTF-8", "script", "-qec", command, "/dev/null");
        Assert.Equal(0, run.ExitCode);
        string bar = Regex.Replace(run.Output, @"\x1b\[[0-9;]*m", "").Split('\n').First(line => line.Contains('█') || line.Contains("##")).TrimEnd();
        Assert.Contains("\x1b[38;5;", run.Output);
        Assert.InRange(bar.Length, 50, 60);
    }

    [Fact]
    public void A_terminal_gets_a_bar_and_is_left_as_it_was()
    {
        if (!OperatingSystem.IsLinux() || Tool.SkipWithout(output.WriteLine, "script"))
            return;
        string command = $"stty cols 100; dotnet '{Cli.Program}' shrink '{card.Path}' '{_folder["small.img.zst"]}'";
        ToolResult run = Tool.Run("env", "TERM=xterm-256color", "script", "-qec", command, "/dev/null");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\x1b[", run.Output);
        Assert.Contains("\x1b]9;4;", run.Output);
        Assert.Contains("SHA-256 of the image: ", run.Output);
        int hidden = run.Output.LastIndexOf("\x1b[?25l", StringComparison.Ordinal);
        int shown = run.Output.LastIndexOf("\x1b[?25h", StringComparison.Ordinal);
        Assert.True(shown >= hidden, "the cursor stays hidden");

        ToolResult plain = Tool.Run("env", "TERM=xterm", "NO_COLOR=1", "script", "-qec", $"{command} --force", "/dev/null");
        Assert.Equal(0, plain.ExitCode);
        Assert.DoesNotMatch("\x1b\\[[0-9;]*[34][0-9]m|\x1b\\[[34]8;", plain.Output);
    }

    [Theory]
    [InlineData(40, false)]
    [InlineData(80, true)]
    [InlineData(200, true)]
    public void Progress_fits_the_terminal(int columns, bool hasBar)
    {
        if (!OperatingSystem.IsLinux() || Tool.SkipWithout(output.WriteLine, "script"))
            return;
        string command = $"stty cols {columns}; dotnet '{Cli.Program}' shrink '{card.Path}' '{_folder["small.img.zst"]}' --level 12 --threads 1";
        ToolResult run = Tool.Run("env", "TERM=xterm-256color", "LANG=C.UTF-8", "script", "-qec", command, "/dev/null");
        Assert.Equal(0, run.ExitCode);
        // Colours and the taskbar take no room; what is left between line ends and cursor moves are the lines.
        string visible = Regex.Replace(run.Output, @"\x1b\[[0-9;?]*m|\x1b\]9;4;[^\x1b]*\x1b\\", "");
        string[] lines = [.. Regex.Split(visible, @"[\r\n]+|\x1b\[[0-9;?]*[A-Za-z]").Where(line => Regex.IsMatch(line, "Checking|Planning|Writing|Verifying"))];
        Assert.Contains(lines, line => line.Contains("Writing"));
        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 1, columns));
        Assert.All(lines, line => Assert.Equal(hasBar, line.Contains('━')));
    }

    private static void RequireCommonParts(JsonElement report)
    {
        Assert.Equal(150_000_000 / 512 * 512, Number(report.GetProperty("source"), "bytes"));
        Assert.Equal("mbr", report.GetProperty("table").GetProperty("kind").GetString());
        JsonElement[] partitions = [.. report.GetProperty("partitions").EnumerateArray()];
        Assert.Equal([1, 2], partitions.Select(partition => Number(partition, "number")));
        Assert.Equal(["fat16", "ext4"], partitions.Select(partition => partition.GetProperty("fileSystem").GetString()));
        Assert.Equal(["bootfs", "rootfs"], partitions.Select(partition => partition.GetProperty("label").GetString()));
        JsonElement root = partitions[1];
        Assert.Equal("5ca1ab1e-0c0d-4e5f-8a9b-7c6d5e4f3a2b", root.GetProperty("uuid").GetString());
        Assert.NotEmpty(root.GetProperty("type").GetString()!);
        Assert.True(Number(root, "start") > 0);
        Assert.Equal(Number(root, "usedBytes") + Number(root, "freeBytes"), Number(root, "bytes") / 4096 * 4096);
        Assert.InRange(Number(root, "minimumBytes"), 1, Number(root, "bytes"));
        Assert.Equal(JsonValueKind.Null, partitions[0].GetProperty("minimumBytes").ValueKind);
        Assert.NotEmpty(report.GetProperty("os").GetProperty("name").GetString()!);
        Assert.True(report.GetProperty("os").TryGetProperty("version", out _));
        Assert.Equal("systemd hook", report.GetProperty("hook").GetProperty("mechanism").GetString());
        Assert.NotEmpty(report.GetProperty("hook").GetProperty("reason").GetString()!);
        Assert.True(Number(report, "bytesRead") > 0);
        Assert.True(report.GetProperty("elapsedSeconds").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Array, report.GetProperty("warnings").ValueKind);
    }

    private static long Number(JsonElement parent, string name) => parent.GetProperty(name).GetInt64();

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd().Split('\n');

    private static string Sha256(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
