using System.CommandLine;
using ImgShrink.Cli.Progress;
using ImgShrink.Cli.Text;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Commands;

/// <summary><c>imgshrink ls</c>: looks into the file systems of an image.</summary>
internal static class ListCommand
{
    public static Command Create(CancellationToken cancel)
    {
        var image = CommandLine.PathArgument<string>("image", "The card image.");
        var path = CommandLine.PathArgument<string>(
            "path", "A directory or file in it, such as 2:/etc (partition 2) or /etc; by default the volumes.", optional: true);
        path.DefaultValueFactory = _ => "/";
        var command = new Command("ls", "Looks into an image: lists a directory of an ext or FAT volume on it.") { image, path };
        command.SetAction(parsed =>
        {
            var console = ConsoleSettings.Of(parsed);
            var wanted = CardPath.Parse(parsed.GetValue(path)!);
            ListReport report = ProgressDisplay.Show(
                console, progress => ListJob.Run(parsed.GetValue(image)!, wanted, progress, cancel));
            console.Tell(report, ReportJson.Documents.ListReport, ListText.Write);
            return ExitCodes.Done;
        });
        return command;
    }
}
