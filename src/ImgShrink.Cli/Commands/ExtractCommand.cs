using System.CommandLine;
using ImgShrink.Cli.Progress;
using ImgShrink.Cli.Text;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Commands;

/// <summary><c>imgshrink extract</c>: takes files and directories out of an image.</summary>
internal static class ExtractCommand
{
    public static Command Create(CancellationToken cancel)
    {
        var image = CommandLine.PathArgument<string>("image", "The card image.");
        var path = CommandLine.PathArgument<string>(
            "path", "The file or directory to take, such as 2:/home/pi (partition 2) or /home/pi.");
        var destination = CommandLine.PathArgument<string?>(
            "dest", "A folder to put it in, or its new name; by default the current folder.", optional: true);
        var raw = new Option<bool>("--raw")
        {
            Description = "Take the partition that the path names (2:) as a whole, sector by sector, into one file: .img, or packed as its name says.",
        };
        var command = new Command("extract", "Takes a file, or a directory with all that is in it, out of an image.")
        {
            image, path, destination, raw, CommonOptions.Force,
        };
        command.SetAction(parsed =>
        {
            var console = ConsoleSettings.Of(parsed);
            var options = new ExtractOptions
            {
                Source = parsed.GetValue(image)!,
                Path = CardPath.Parse(parsed.GetValue(path)!),
                Destination = parsed.GetValue(destination),
                Overwrite = parsed.GetValue(CommonOptions.Force),
            };
            return parsed.GetValue(raw) ? RunRaw(options, console, cancel) : Run(options, console, cancel);
        });
        return command;
    }

    private static int Run(ExtractOptions options, ConsoleSettings console, CancellationToken cancel)
    {
        ExtractReport report = ProgressDisplay.Show(console, progress => ExtractJob.Run(options, progress, cancel));
        console.Tell(report, ReportJson.Documents.ExtractReport, ExtractText.Write);
        return report.Skipped.Any(each => each.IsDamage) ? ExitCodes.Damaged : ExitCodes.Done;
    }

    private static int RunRaw(ExtractOptions options, ConsoleSettings console, CancellationToken cancel)
    {
        OutputOptions.ThrowIfNotWritten(options.Destination);
        PartitionExtract report = ProgressDisplay.Show(console, progress => ExtractPartitionJob.Run(options, progress, cancel));
        console.Tell(report, ReportJson.Documents.PartitionExtract, ExtractText.Write);
        return ExitCodes.Done;
    }
}
