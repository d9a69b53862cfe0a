using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ImgShrink.Cli.Commands;
using ImgShrink.Cli.Text;

namespace ImgShrink.Cli;

/// <summary>How much to say, and in which form.</summary>
/// <param name="Json">One document on stdout, progress and errors as JSON lines on stderr.</param>
/// <param name="Verbose">Say of an error where it came from.</param>
/// <param name="Quiet">Say nothing but errors.</param>
/// <param name="Log">Takes down all of it, for people, whatever the console is told; null for none.</param>
internal sealed record ConsoleSettings(bool Json, bool Verbose, bool Quiet, RunLog? Log)
{
    /// <summary>The settings of a command line, even of one that could not be parsed.</summary>
    public static ConsoleSettings Of(ParseResult parsed) => new(
        parsed.GetResult(CommonOptions.Json) is { Implicit: false },
        parsed.GetResult(CommonOptions.Verbose) is { Implicit: false },
        parsed.GetResult(CommonOptions.Quiet) is { Implicit: false },
        parsed.GetResult(CommonOptions.Log) is { Implicit: false, Tokens: [{ Value.Length: > 0 }] } log ? log.GetValueOrDefault<RunLog?>() : null);

    /// <summary>Says on stderr, to people, what is going on.</summary>
    public void Say(string line)
    {
        string printable = PrintableText.OfLines(line);
        if (!Quiet && !Json)
            Console.Error.WriteLine(printable);
        Log?.WriteLine(printable);
    }

    /// <summary>Writes a part of a report on stdout, for people only.</summary>
    public void Tell<T>(T part, Action<T, TextWriter> text)
    {
        if (Log is not null)
            text(part, Log);
        if (!Quiet && !Json)
            text(part, Console.Out);
    }

    /// <summary>Writes a report on stdout, in the form that is wanted.</summary>
    /// <param name="report">The report.</param>
    /// <param name="json">Its form for programs.</param>
    /// <param name="text">Writes it for people.</param>
    public void Tell<T>(T report, JsonTypeInfo<T> json, Action<T, TextWriter> text)
    {
        Tell(report, text);
        if (Json)
            Console.WriteLine(JsonSerializer.Serialize(report, json));
    }

    /// <summary>Gives the exit code of a run that ended by itself back.</summary>
    public int End(int exitCode)
    {
        Log?.End(exitCode);
        return exitCode;
    }

    /// <summary>Says on stderr what went wrong, and gives the exit code back.</summary>
    public int Fail(string message, int exitCode, Exception? error = null)
    {
        string printable = PrintableText.OfLines(message);
        Console.Error.WriteLine(Json
            ? JsonSerializer.Serialize(new ErrorLine(message, exitCode), ReportJson.Lines.ErrorLine)
            : $"imgshrink: {printable}");
        if (Verbose && !Json && error is not null)
            Console.Error.WriteLine(PrintableText.OfLines(error.ToString()));
        Log?.Fail(printable, error, exitCode);
        return exitCode;
    }
}

/// <summary>An error as a line of JSON.</summary>
internal sealed record ErrorLine(string Error, int ExitCode);
