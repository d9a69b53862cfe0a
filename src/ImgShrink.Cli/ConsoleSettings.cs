using System.CommandLine;
using System.Text.Json;
using ImgShrink.Cli.Commands;

namespace ImgShrink.Cli;

/// <summary>How much to say, and in which form.</summary>
/// <param name="Json">One document on stdout, progress and errors as JSON lines on stderr.</param>
/// <param name="Verbose">Say more.</param>
/// <param name="Quiet">Say nothing but errors.</param>
internal sealed record ConsoleSettings(bool Json, bool Verbose, bool Quiet)
{
    /// <summary>The settings of a command line, even of one that could not be parsed.</summary>
    public static ConsoleSettings Of(ParseResult parsed) => new(
        parsed.GetResult(CommonOptions.Json) is { Implicit: false },
        parsed.GetResult(CommonOptions.Verbose) is { Implicit: false },
        parsed.GetResult(CommonOptions.Quiet) is { Implicit: false });

    /// <summary>Says on stderr what went wrong, and gives the exit code back.</summary>
    public int Fail(string message, int exitCode)
    {
        Console.Error.WriteLine(Json
            ? JsonSerializer.Serialize(new ErrorLine(message, exitCode), ReportJson.Lines.ErrorLine)
            : $"imgshrink: {message}");
        return exitCode;
    }
}

/// <summary>An error as a line of JSON.</summary>
internal sealed record ErrorLine(string Error, int ExitCode);
