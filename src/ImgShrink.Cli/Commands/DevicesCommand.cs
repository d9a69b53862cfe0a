using System.CommandLine;
using ImgShrink.Cli.Text;
using ImgShrink.Devices;
using ImgShrink.Devices.Listing;

namespace ImgShrink.Cli.Commands;

/// <summary><c>imgshrink devices</c>: the drives, with what makes each a safe or an unsafe choice.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices", "Lists the drives, and says which of them look like cards.");
        command.SetAction(parsed =>
        {
            var console = ConsoleSettings.Of(parsed);
            IReadOnlyList<DriveFacts> drives = Drives.List();
            console.Tell(new DriveList(drives), ReportJson.Documents.DriveList, (list, into) => DevicesText.Write(list.Drives, into));
            return ExitCodes.Done;
        });
        return command;
    }
}

/// <summary>The document of <c>devices --json</c>.</summary>
internal sealed record DriveList(IReadOnlyList<DriveFacts> Drives);
