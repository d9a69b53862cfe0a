using System.Diagnostics;
using Xunit.Abstractions;

namespace ImgShrink.FirstBoot.Tests;

/// <summary>The script must be understood by every shell that is somebody's /bin/sh, and by shellcheck.</summary>
public sealed class HookScriptTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imgshrink-hook-").FullName;

    [Theory]
    [InlineData("dash", "-n")]
    [InlineData("bash", "--posix", "-n")]
    [InlineData("busybox", "sh", "-n")]
    [InlineData("shellcheck", "--shell=sh")]
    public void Shells_and_shellcheck_accept_it(string tool, params string[] arguments)
    {
        string? path = OnPath(tool);
        if (path is null)
        {
            Assert.False(OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("CI") is "true", $"{tool} is missing on CI.");
            output.WriteLine($"NOT TESTED: {tool} is not installed.");
            return;
        }

        string script = Path.Combine(_folder, "expand.sh");
        File.WriteAllBytes(script, ExpandScript.Template("expand.sh"));
        (int code, string said) = Run(path, [.. arguments, script]);
        Assert.Equal((0, ""), (code, said));
    }

    [Fact]
    public void It_is_small_and_has_unix_line_ends()
    {
        byte[] script = ExpandScript.Template("expand.sh");
        Assert.InRange(script.Length, 1000, 13000);
        Assert.DoesNotContain((byte)'\r', script);
        Assert.StartsWith("#!/bin/sh\n", System.Text.Encoding.ASCII.GetString(script));
    }

    [Theory]
    [InlineData("table=mbr start=532480 grow=max", 23437500, 22904832)]
    [InlineData("table=gpt start=532480 grow=max", 23437500, 22904832)]
    [InlineData("table=mbr start=532480 grow=50%", 23437500, 11452416)]
    [InlineData("table=mbr start=532480 grow=4000000000", 23437500, 7811072)]
    [InlineData("table=mbr start=532480 grow=999999999999999", 23437500, 22904832)]
    [InlineData("table=mbr start=532480 grow=max", 9_000_000_000, 4294432768)] // The entry has 32 bits for the end.
    [InlineData("table=gpt start=532480 grow=max", 9_000_000_000, 8999467008)]
    public void It_chooses_whole_MiB_and_leaves_room_for_a_second_table(string settings, long cardSectors, long expected)
    {
        File.WriteAllText(Path.Combine(_folder, "size"), $"{cardSectors}\n");
        ExpectFromFunctions($"{settings} disk={_folder}; choose_size; echo $wanted", $"{expected}\n");
    }

    [Theory]
    [InlineData("table=mbr\npartition=2\nstart=8192\nuuid=a-b\ngrow=90%", "mbr 2 8192 a-b 90% /")]
    [InlineData("# x\n\ntable=gpt\nother=1\npartition=2\nstart=8192\nuuid=a", "gpt 2 8192 a max /")]
    [InlineData("table=gpt\npartition=2\nstart=8192\nuuid=a\nmount=/storage\nstarter=/x\nstarter=/y\nline=/z", "gpt 2 8192 a max /storage /x /y /z")]
    [InlineData("partition=2\nstart=8", "table= is neither mbr nor gpt.")]
    [InlineData("table=mbr\npartition=2; reboot\nstart=8", "partition=2; reboot is not a number.")]
    [InlineData("table=mbr\npartition=08\nstart=8", "partition=08 is not a number.")]
    [InlineData("table=mbr\npartition=2\nstart=9999999999999999", "start=9999999999999999 is not a number.")]
    [InlineData("table=mbr\npartition=2\nstart=8\ngrow=$(reboot)", "grow=$(reboot) is not max, a percentage or bytes.")]
    public void It_reads_the_settings_and_never_executes_them(string settings, string expected)
    {
        File.WriteAllText(Path.Combine(_folder, "conf"), settings);
        string start = expected.EndsWith('.') ? $"imgshrink: {_folder}/conf: " : "";
        ExpectFromFunctions($"conf={_folder}/conf; read_conf; echo $table $partition $start $uuid $grow $mount $starters $lines", start + expected + "\n");
    }

    [Theory]
    [InlineData("0\n", "1\n")]
    [InlineData("2\n", "3\n")]
    [InlineData("", "1\n")]
    [InlineData("3\n", "imgshrink: 3 starts were not enough; this was the last one.")]
    public void It_counts_its_starts_and_is_gone_behind_the_third(string counted, string expected)
    {
        string[] own = [.. ((string[])["attempts", "expand", "expand.conf", "starter"]).Select(name => Path.Combine(_folder, name))];
        Array.ForEach(own, path => File.WriteAllText(path, counted));
        ExpectFromFunctions("starters=$here/starter lines='' mount=/; count_attempt; cat \"$counter\"", expected);
        if (!OperatingSystem.IsWindows())
            Assert.All(own, path => Assert.Equal(counted != "3\n", File.Exists(path)));
    }

    /// <summary>Runs commands behind the script's functions, without its last lines, which start it.</summary>
    private void ExpectFromFunctions(string commands, string expected)
    {
        if (OperatingSystem.IsWindows())
        {
            output.WriteLine("NOT TESTED: there is no /bin/sh.");
            return;
        }

        string script = System.Text.Encoding.UTF8.GetString(ExpandScript.Template("expand.sh"));
        string file = Path.Combine(_folder, "functions.sh");
        File.WriteAllText(file, script[..script.LastIndexOf("(main)", StringComparison.Ordinal)] + commands + "\n");
        Assert.StartsWith(expected, Run("/bin/sh", [file]).Said);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string? OnPath(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);

    private static (int Code, string Said) Run(string path, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text + errors.Result);
    }
}
