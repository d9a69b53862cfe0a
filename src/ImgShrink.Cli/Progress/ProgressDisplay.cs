using ImgShrink.Pipeline;
using Spectre.Console;

namespace ImgShrink.Cli.Progress;

/// <summary>
/// Shows on stderr how far a job is: a bar on a terminal, plain lines in a file, JSON lines for programs.
/// </summary>
internal static class ProgressDisplay
{
    /// <param name="console">How it is to be shown.</param>
    /// <param name="job">What tells how far it is.</param>
    /// <param name="image">Which of several images it is about.</param>
    public static T Show<T>(ConsoleSettings console, Func<IProgress<ProgressStep>, T> job, string? image = null)
    {
        if (console.Log is not { } log)
            return OnScreen(console, image, job);
        log.Begin();
        return OnScreen(console, image, progress => job(new Both(progress, new PlainProgress(log))));
    }

    /// <summary>For one of several images at a time: lines that name it, on a terminal too.</summary>
    public static IProgress<ProgressStep> For(string image, ConsoleSettings console)
    {
        string name = Path.GetFileName(image);
        IProgress<ProgressStep> progress = console.Quiet ? new Silence()
            : console.Json ? new JsonProgress(Console.Error, image)
            : new PlainProgress(Console.Error, name);
        return console.Log is { } log ? new Both(progress, new PlainProgress(log, name)) : progress;
    }

    private static T OnScreen<T>(ConsoleSettings console, string? image, Func<IProgress<ProgressStep>, T> job)
    {
        if (console.Quiet)
            return job(new Silence());
        if (console.Json)
            return job(new JsonProgress(Console.Error, image));
        if (Console.IsErrorRedirected)
            return job(new PlainProgress(Console.Error));
        var ansi = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return ansi.Progress()
            .AutoClear(true)
            .Columns(ColumnsFor(ansi.Profile.Width))
            .Start(context =>
            {
                using var taskbar = TaskbarProgress.On(Console.Error);
                return job(new BarProgress(ansi, context, taskbar));
            });
    }

    /// <summary>What fits a terminal: the words first, then a bar of what is left.</summary>
    private static ProgressColumn[] ColumnsFor(int width)
    {
        int bar = Math.Min(40, width - NameOf(Phase.Checking).Length - AmountColumn.Widest - 4);
        return bar >= 8
            ? [new TaskDescriptionColumn(), new ProgressBarColumn { Width = bar }, new AmountColumn(isShort: false)]
            : [new TaskDescriptionColumn(), new AmountColumn(isShort: true)];
    }

    /// <summary>What a phase is called.</summary>
    public static string NameOf(Phase phase) => phase switch
    {
        Phase.Unpacking => "Unpacking",
        Phase.Checking => "Checking the image",
        Phase.Planning => "Planning",
        Phase.Writing => "Writing",
        Phase.Extracting => "Extracting",
        Phase.Comparing => "Comparing",
        _ => "Verifying",
    };

    private sealed class Both(IProgress<ProgressStep> one, IProgress<ProgressStep> other) : IProgress<ProgressStep>
    {
        public void Report(ProgressStep value)
        {
            one.Report(value);
            other.Report(value);
        }
    }

    private sealed class Silence : IProgress<ProgressStep>
    {
        public void Report(ProgressStep value)
        {
        }
    }
}
