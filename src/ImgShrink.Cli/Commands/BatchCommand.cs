using System.CommandLine;
using System.Text.Json;
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

    public static Command Create(CancellationToken cancel)
    {
        var command = new Command(
            "batch", "Makes every image of a folder small. Run it again to go on where it was stopped.") { Folder, Output };
        ShrinkCommand.AddOptions(command);
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(Folder)!;
            var job = BatchJob.Open(folder, parsed.GetValue(Output), ShrinkCommand.OptionsOf(parsed, folder, output: null));
            return Run(folder, job, ConsoleSettings.Of(parsed), cancel);
        });
        return command;
    }

    private static int Run(string folder, BatchJob job, ConsoleSettings console, CancellationToken cancel)
    {
        var images = new List<BatchedImage>();
        foreach (string image in job.Images)
        {
            cancel.ThrowIfCancellationRequested();
            if (!console.Quiet && !console.Json)
                Console.Error.WriteLine($"[{images.Count + 1} of {job.Images.Count}] {image}");
            BatchedImage done = ProgressDisplay.Show(console, progress => job.Run(image, progress, cancel));
            images.Add(done);
            // Told at once: who stops a long run wants to know what was done.
            if (!console.Quiet && !console.Json)
                BatchText.WriteImage(done, Console.Out);
        }

        var report = new BatchReport(folder, images);
        if (console.Json)
            Console.WriteLine(JsonSerializer.Serialize(report, ReportJson.Documents.BatchReport));
        else if (!console.Quiet)
            BatchText.WriteTotal(report, Console.Out);
        return images.Find(each => each.ExitCode != ExitCodes.Done)?.ExitCode ?? ExitCodes.Done;
    }
}
