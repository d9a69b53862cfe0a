using System.CommandLine;
using ImgShrink.Cli.Picture;
using ImgShrink.Cli.Progress;
using ImgShrink.Cli.Text;
using ImgShrink.Pipeline;
using Spectre.Console;

namespace ImgShrink.Cli.Commands;

/// <summary><c>imgshrink info</c>: what is on an image, how small it would get, and the next command to type.</summary>
internal static class InfoCommand
{
    public static Command Create(CancellationToken cancel)
    {
        var source = CommandLine.PathArgument<string>(
            "source", "The card image: .img, .vhd, .vhdx, or packed as .zst, .xz, .gz, .bz2 or .zip; or a device.");
        var map = new Option<string?>("--map") { HelpName = "file", Description =
            "Draw where the bytes lie, now and after a shrink: .svg, .html or .png." };
        var command = new Command("info", "Shows what is on an image and how small it would get.")
        {
            source, map, CommonOptions.Salvage, CommonOptions.Force,
        };
        command.SetAction(parsed =>
        {
            var console = ConsoleSettings.Of(parsed);
            bool salvage = parsed.GetValue(CommonOptions.Salvage);
            MapFile? drawing = MapFile.Of(parsed.GetValue(map), parsed.GetValue(CommonOptions.Force));
            InfoReport report = ProgressDisplay.Show(console, progress => InfoJob.Run(
                parsed.GetValue(source)!, progress, cancel, salvage, withMap: drawing is not null));
            drawing?.Write(report);
            console.Tell(report, ReportJson.Documents.InfoReport, (each, into) =>
                InfoText.Write(each, into, into == console.Log || Console.IsOutputRedirected ? null : AnsiConsole.Console));
            return ExitCodes.Done;
        });
        return command;
    }
}
