using System.CommandLine;
using ImgShrink.Cli.Progress;
using ImgShrink.Cli.Text;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Commands;

/// <summary><c>imgshrink batch</c>: every image of an archive folder.</summary>
internal static class BatchCommand
{
    private static readonly Argument<string> Folder = CommandLine.PathArgument<string>(
        "folder", "A folder with images, in it or below it: .img, .vhd, .vhdx, and packed ones such as .img.gz.");
    private static readonly Option<string?> Output = new("--output")
    {
        HelpName = "folder", Description = "Where to put the results; by default each beside its image.",
    };

    private static readonly Option<bool> Replace = new("--replace")
    {
        Description = "Delete each original as soon as its small image is written, read back and compared.",
    };
    private static readonly Option<bool> Keep = new("--keep")
    {
        Description = "With --replace: do not delete originals, but put .original behind their names.",
    };
    private static readonly Option<bool> Recycle = new("--recycle")
    {
        Description = "With --replace: do not delete originals, but move them to the recycle bin (on Linux and macOS: to the trash).",
    };
    private static readonly Option<string?> Report = new("--report")
    {
        HelpName = "file", Description = "Write a table of all images and what became of them: .html or .csv.",
    };

    public static Command Create(CancellationToken cancel)
    {
        var command = new Command(
            "batch", "Makes every image of a folder small. Run it again to go on where it was stopped.") { Folder, Output, Replace, Keep, Recycle, Report };
        ShrinkCommand.AddOptions(command);
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(Folder)!;
            ShrinkOptions shrink = ShrinkCommand.OptionsOf(parsed, folder, output: null);
            var options = new BatchOptions
            {
                Folder = folder,
                Outputs = parsed.GetValue(Output),
                Shrink = shrink,
                Originals = FateOf(parsed, shrink),
            };
            var report = BatchReportFile.Of(parsed.GetValue(Report), shrink.Overwrite);
            using BatchJob job = BatchJob.Open(options);
            return Run(job, report, ConsoleSettings.Of(parsed), cancel);
        });
        return command;
    }

    private static OriginalFate FateOf(ParseResult parsed, ShrinkOptions shrink)
    {
        bool replace = parsed.GetValue(Replace), keep = parsed.GetValue(Keep), recycle = parsed.GetValue(Recycle);
        if (keep && recycle)
            throw new UsageException("--keep and --recycle cannot be used together.");
        if ((keep || recycle) && !replace)
            throw new UsageException($"{(keep ? "--keep" : "--recycle")} goes with --replace; without it, originals are not touched anyway.");
        if (replace && !shrink.Verify)
            throw new UsageException("--replace needs the proof that --verify none leaves out.");
        return keep ? OriginalFate.MovedAside : recycle ? OriginalFate.Recycled
            : replace ? OriginalFate.Removed : OriginalFate.Untouched;
    }

    private static int Run(BatchJob job, BatchReportFile? file, ConsoleSettings console, CancellationToken cancel)
    {
        int begun = 0;
        var soFar = new List<BatchedImage>();
        BatchReport report;
        try
        {
            report = RunAll();
        }
        catch (OperationCanceledException stopped)
        {
            file?.Write(new BatchReport(job.Folder, soFar));
            int done = soFar.Count(each => each.ExitCode == ExitCodes.Done);
            throw new CancelledMidwayException(
                $"Cancelled; {done} of {job.Images.Count} images are done. The same command goes on with the others.", stopped);
        }

        console.Tell(report, ReportJson.Documents.BatchReport, BatchText.WriteTotal);
        file?.Write(report);
        return report.Images.FirstOrDefault(each => each.ExitCode != ExitCodes.Done)?.ExitCode ?? ExitCodes.Done;

        BatchReport RunAll() => job.AtOnce == 1
            ? new BatchReport(job.Folder, [.. job.Images.Select(OneAfterTheOther)])
            : job.RunAll(image =>
            {
                Begin(image);
                return ProgressDisplay.For(image, console);
            }, Done, cancel);

        BatchedImage OneAfterTheOther(string image)
        {
            cancel.ThrowIfCancellationRequested();
            Begin(image);
            BatchedImage done = ProgressDisplay.Show(console, progress => job.Run(image, progress, cancel), image);
            Done(done);
            return done;
        }

        void Begin(string image) => console.Say($"[{Interlocked.Increment(ref begun)} of {job.Images.Count}] {image}");

        // Told at once: who stops a long run wants to know what was done.
        void Done(BatchedImage image)
        {
            soFar.Add(image);
            console.Tell(image, BatchText.WriteImage);
        }
    }
}
