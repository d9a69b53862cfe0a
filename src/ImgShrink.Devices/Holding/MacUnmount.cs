using System.Diagnostics;
using ImgShrink.Devices.Listing;

namespace ImgShrink.Devices.Holding;

/// <summary>Takes the volumes of a drive off the system, on macOS.</summary>
internal static class MacUnmount
{
    /// <summary>Unmounts everything.</summary>
    /// <exception cref="Blocks.AccessException">Something stays in use.</exception>
    public static void All(DriveFacts drive)
    {
        using Process? process = Process.Start(new ProcessStartInfo("/usr/sbin/diskutil", ["unmountDisk", drive.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        process?.WaitForExit();
        if (process?.ExitCode != 0)
            throw VolumeHold.InUse(drive, "a volume on it", [], "the windows and programs that show it");
    }
}
