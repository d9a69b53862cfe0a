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
        File.WriteAllBytes(script, FirstBootHook.Template("expand.sh"));
        (int code, string said) = Run(path, [.. arguments, script]);
        Assert.Equal((0, ""), (code, said));
    }

    [Fact]
    public void It_is_small_and_has_unix_line_ends()
    {
        byte[] script = FirstBootHook.Template("expand.sh");
        Assert.InRange(script.Length, 1000, 8192);
        Assert.DoesNotContain((byte)'\r', script);
        Assert.StartsWith("#!/bin/sh\n", System.Text.Encoding.ASCII.GetString(script));
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
