using System.Diagnostics;
using System.Security.Cryptography;

namespace ImgShrink.Containers.Tests;

/// <summary>A program of the system that knows the formats too; tests that need one pass where it is missing.</summary>
internal static class Tool
{
    /// <summary>Whether the program is there; where it has to be, on Linux with CI=true, its absence is a failure.</summary>
    public static bool Exists(string name)
    {
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, name)) || File.Exists(Path.Combine(folder, name + ".exe")));
        bool required = OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("CI") == "true";
        return found || !required ? found : throw new InvalidOperationException($"{name} is not installed.");
    }

    /// <summary>Runs a program that must succeed, and gives everything it prints.</summary>
    public static string Run(string name, params string[] arguments)
    {
        using Process process = Start(name, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{name} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}");
        return output;
    }

    /// <summary>The SHA-256 of what a program prints.</summary>
    public static string Sha256Of(string name, params string[] arguments)
    {
        using Process process = Start(name, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string digest = Convert.ToHexStringLower(SHA256.HashData(process.StandardOutput.BaseStream));
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{name} ended with {process.ExitCode}: {errors.Result}");
        return digest;
    }

    private static Process Start(string name, string[] arguments) => Process.Start(
        new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
