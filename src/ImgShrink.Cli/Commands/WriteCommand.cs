using System.CommandLine;
using ImgShrink.Cli.Progress;
using ImgShrink.Cli.Text;
using ImgShrink.Devices;
using ImgShrink.Devices.Listing;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Commands;

/// <summary><c>imgshrink write</c>: an image, or another card, to a card.</summary>
internal static class WriteCommand
{
    private static readonly Argument<string> Source = CommandLine.PathArgument<string>(
        "image", "The card image, or a card to copy.");
    private static readonly Argument<string> Device = CommandLine.PathArgument<string>(
        "device", @"The card to write to: /dev/sdb, \\.\PhysicalDrive2, E:. Everything on it is replaced.");
    private static readonly Option<bool> Resize = new("--resize")
    {
        Description = "Shrink the file system on the way where the image would not fit; grow it where the card is larger.",
    };

    private static readonly Option<string> Expand = new("--expand")
    {
        HelpName = "max|none",
        Description = "max: the last ext file system grows over the card now. none: it keeps its size. Without it, it grows unless the system on it was never started, which may use the rest in its own way.",
    };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask before everything on the card is replaced." };

    public static Command Create(CancellationToken cancel)
    {
        var command = new Command("write", "Writes an image to a card, and reads it back: only what is in use.")
        {
            Source, Device, Expand, Resize, Yes, CommonOptions.Verify, CommonOptions.DryRun,
        };
        Elevation.AddTo(command);
        command.SetAction(parsed => Elevation.Relaunch(parsed) ?? Run(
            OptionsOf(parsed), parsed.GetValue(Yes), ConsoleSettings.Of(parsed), cancel));
        return command;
    }

    private static int Run(WriteOptions options, bool isSure, ConsoleSettings console, CancellationToken cancel)
    {
        if (!isSure && !options.DryRun && Console.IsInputRedirected)
            throw new UsageException("There is nobody to ask whether everything on the card may be replaced; --yes says so.");
        DriveFacts drive = WriteJob.Target(options);
        if (!isSure && !options.DryRun && !Ask(drive))
            throw new OperationCanceledException("The write was not confirmed.");
        WriteReport report = ProgressDisplay.Show(console, progress => WriteJob.Run(options, drive, progress, cancel));
        console.Tell(report, ReportJson.Documents.WriteReport, WriteText.Write);
        return report.Unreadable is null ? ExitCodes.Done : ExitCodes.Access;
    }

    private static WriteOptions OptionsOf(ParseResult parsed) => new()
    {
        Source = parsed.GetValue(Source)!,
        Device = parsed.GetValue(Device)!,
        Resize = parsed.GetValue(Resize),
        Grow = parsed.GetValue(Expand) switch
        {
            null => null,
            "max" => true,
            "none" => false,
            var other => throw new UsageException($"--expand of write takes max or none, not '{other}'."),
        },
        DryRun = parsed.GetValue(CommonOptions.DryRun),
        Verify = CommonOptions.IsVerified(parsed),
    };

    /// <summary>Shows what would be lost, and lets the user type the name of the drive.</summary>
    private static bool Ask(DriveFacts drive)
    {
        string name = Drives.FileNameOf(drive.Path);
        string size = drive.Bytes is long bytes ? SizeText.OfCard(bytes) : "unknown size";
        Console.Error.WriteLine();
        Console.Error.WriteLine($"Everything on {drive.Path} will be replaced: {drive.Model ?? "(no name)"}, {size}.");
        foreach (string place in drive.Volumes.SelectMany(volume => volume.MountPoints))
            Console.Error.WriteLine($"  In use: {place}");
        if (!drive.Likeness.IsCard)
            Console.Error.WriteLine($"  CAREFUL: it does not look like a card ({drive.Likeness.Why}).");
        Console.Error.Write($"Type {name} to go on: ");
        return string.Equals(Console.In.ReadLine()?.Trim(), name, StringComparison.OrdinalIgnoreCase);
    }
}
