using System.CommandLine;
using ImgShrink.Blocks;
using ImgShrink.Devices;

namespace ImgShrink.Cli.Commands;

/// <summary><c>imgshrink capture</c>: a card in, a small image out.</summary>
internal static class CaptureCommand
{
    private static readonly Argument<string> Device = CommandLine.PathArgument<string>(
        "device", @"The card: /dev/sdb, \\.\PhysicalDrive2, E:. 'imgshrink devices' lists them.");
    private static readonly Argument<string?> Output = CommandLine.PathArgument<string?>(
        "output", "The file to write; by default sdb.shrunk.img.zst in the current folder.", optional: true);
    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Go on with a capture of the same card to the same output that was stopped; begin where there is none.",
    };
    private static readonly Option<bool> IgnoreReadErrors = new("--ignore-read-errors")
    {
        Description = "Exit with 0 even when sectors could not be read; they are zeros in the image, and listed.",
    };

    public static Command Create(CancellationToken cancel)
    {
        var command = new Command("capture", "Reads a card into a small image, in one pass, and only what is in use.")
        {
            Device, Output,
        };
        ShrinkCommand.AddOptions(command);
        command.Options.Add(Resume);
        command.Options.Add(IgnoreReadErrors);
        Elevation.AddTo(command);
        command.SetAction(parsed =>
        {
            string device = parsed.GetValue(Device)!;
            RequireDevice(device);
            return Elevation.Relaunch(parsed) ?? ShrinkCommand.Run(
                ShrinkCommand.OptionsOf(parsed, device, parsed.GetValue(Output)) with { Resume = parsed.GetValue(Resume) }, ConsoleSettings.Of(parsed), cancel,
                parsed.GetValue(IgnoreReadErrors));
        });
        return command;
    }

    private static void RequireDevice(string device)
    {
        if (Drives.IsDevice(device))
            return;
        throw new AccessException(File.Exists(device)
            ? $"{device} is not a device. For an image in a file there is 'imgshrink shrink'."
            : $"There is no device {device}. 'imgshrink devices' shows those that are there.");
    }
}
