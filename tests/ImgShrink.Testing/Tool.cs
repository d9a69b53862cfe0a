using System.ComponentModel;
using System.Diagnostics;

namespace ImgShrink.Testing;

/// <summary>Runs real tools (sfdisk, fsck.fat, e2fsck) that tests use as oracles.</summary>
public static class Tool
{
    // Where Linux keeps the tools of the administrator; not on every user's PATH.
    private static readonly string[] s_extraFolders = ["/usr/sbin", "/sbin", "/usr/local/sbin"];

    /// <summary>Runs a tool to its end. Standard output and standard error come in one string, the former first.</summary>
    /// <exception cref="Win32Exception">There is no such tool.</exception>
    public static ToolResult Run(string name, params string[] args) => RunWithInput(name, "", args);

    /// <summary>As <see cref="Run"/>, with text on the tool's standard input.</summary>
    public static ToolResult RunWithInput(string name, string input, params string[] args)
    {
        var start = new ProcessStartInfo(Find(name) ?? name, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return new ToolResult(process.ExitCode, output.Result + error.Result);
    }

    /// <summary>As <see cref="Run"/>, for steps that must succeed; gives the output.</summary>
    /// <exception cref="InvalidOperationException">The exit code was not 0; the message holds the output.</exception>
    public static string Need(string name, params string[] args)
    {
        ToolResult result = Run(name, args);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{name} {string.Join(' ', args)} gave {result.ExitCode}:\n{result.Output}");
    }

    /// <summary>Whether the tool is not installed.</summary>
    public static bool IsMissing(string name) => Find(name) is null;

    /// <summary>Whether a test has to be left out because a tool is missing; says so in the test's output.</summary>
    /// <param name="writeLine">The test's output (ITestOutputHelper.WriteLine).</param>
    /// <param name="names">The tools that the test needs.</param>
    /// <exception cref="InvalidOperationException">The run is on Linux with CI=true, where nothing may be left out.</exception>
    public static bool SkipWithout(Action<string> writeLine, params string[] names)
    {
        string[] missing = [.. names.Where(IsMissing)];
        if (missing.Length == 0)
            return false;
        string message = $"SKIPPED: not installed: {string.Join(", ", missing)}";
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("CI") == "true")
            throw new InvalidOperationException(message);
        writeLine(message);
        return true;
    }

    private static string? Find(string name)
    {
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), .. s_extraFolders];
        string[] endings = OperatingSystem.IsWindows() ? [".exe"] : [""];
        return folders
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, name + ending)))
            .FirstOrDefault(File.Exists);
    }
}

/// <summary>How a tool ended, and what it said.</summary>
public sealed record ToolResult(int ExitCode, string Output);
