using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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

    /// <summary>Writes a report on stdout, in the form that is wanted.</summary>
    /// <param name="report">The report.</param>
    /// <param name="json">Its form for programs.</param>
    /// <param name="text">Writes it for people.</param>
    public void Tell<T>(T report, JsonTypeInfo<T> json, Action<T, TextWriter> text)
    {
        if (Json)
            Console.WriteLine(JsonSerializer.Serialize(report, json));
        else if (!Quiet)
            text(report, Console.Out);
    }

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
