using ImgShrink.Devices.Listing;

namespace ImgShrink.Cli.Text;

/// <summary>The list of drives, for people.</summary>
internal static class DevicesText
{
    public static void Write(IReadOnlyList<DriveFacts> drives, TextWriter into)
    {
        foreach (DriveFacts drive in drives.OrderByDescending(each => each.Likeness.IsCard))
        {
            into.WriteLine($"{(drive.Likeness.IsCard ? "*" : " ")} {drive.Path}  {SizeOf(drive)}  {drive.Model ?? "(no name)"}");
            into.WriteLine($"      {(drive.Likeness.IsCard ? "Looks like a card" : "No card")}: {drive.Likeness.Why}.");
            if (drive.IsWriteProtected == true)
                into.WriteLine("      Write-protected: it can be read only.");
            foreach (DriveVolume volume in drive.Volumes.Where(each => each.MountPoints.Count > 0))
                into.WriteLine($"      In use: {string.Join(", ", volume.MountPoints)} ({volume.Device})");
        }

        if (!drives.Any(each => each.Likeness.IsCard))
            into.WriteLine("No drive looks like a card. Is it in its reader, and the reader plugged in?");
        else
            into.WriteLine("* looks like a card.");
    }

    private static string SizeOf(DriveFacts drive) => !drive.HasCard ? "(no card)"
        : drive.Bytes is long bytes ? SizeText.OfCard(bytes)
        : "(size unknown)";
}
