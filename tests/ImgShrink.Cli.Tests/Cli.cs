using System.Diagnostics;
using System.Text;
using ImgShrink.SampleCards;
using ImgShrink.Testing;

namespace ImgShrink.Cli.Tests;

/// <summary>How a run of the program ended, and what it said where.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error);

/// <summary>Runs the real program as a process, as a script does.</summary>
internal static class Cli
{
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "imgshrink.dll");

    public static CliResult Run(params string[] args) => Run(_ => { }, args);

    public static CliResult Run(Action<ProcessStartInfo> change, params string[] args)
    {
        using Process process = Start(change, args);
        return WaitFor(process);
    }

    public static Process Start(Action<ProcessStartInfo> change, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Remove("NO_COLOR");
        change(start);
        return Process.Start(start)!;
    }

    public static CliResult WaitFor(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new CliResult(process.ExitCode, output.Result, error.Result);
    }
}

/// <summary>One small card for all tests, which only read it.</summary>
public sealed class SmallCard : IDisposable
{
    public SmallCard()
    {
        Path = Folder["card.img"];
        SampleCard.Create(Path, new SampleCardOptions { Size = 150_000_000, Fill = 8_000_000 });
    }

    public TempFolder Folder { get; } = new();

    public string Path { get; }

    public void Dispose() => Folder.Dispose();
}

/// <summary>The tests that share the card.</summary>
[CollectionDefinition(nameof(SmallCard))]
public sealed class SmallCardCollection : ICollectionFixture<SmallCard>;
