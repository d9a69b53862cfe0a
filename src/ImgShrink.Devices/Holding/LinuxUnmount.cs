using System.Globalization;
using System.Runtime.InteropServices;
using ImgShrink.Devices.Listing;
using ImgShrink.Devices.Unix;

namespace ImgShrink.Devices.Holding;

/// <summary>Takes the volumes of a drive off the system, on Linux.</summary>
internal static class LinuxUnmount
{
    /// <summary>Where volumes of a drive are mounted so that they can change.</summary>
    public static IEnumerable<string> WritableMounts(DriveFacts drive) =>
        MountsOf(drive).Where(each => !each.IsReadOnly).Select(each => each.MountPoint).Distinct();

    /// <summary>Unmounts everything, the last mount first.</summary>
    /// <exception cref="Blocks.AccessException">Something stays in use; the message names who uses it.</exception>
    public static void All(DriveFacts drive, Backoff backoff)
    {
        foreach (LinuxMount mount in MountsOf(drive).AsEnumerable().Reverse())
        {
            if (!backoff.Try(() => LibC.Unmount(mount.MountPoint, 0) == 0))
            {
                DriveError why = DriveError.OfUnix(Marshal.GetLastPInvokeError());
                throw why.Fault == DriveFault.Denied
                    ? why.Explained(drive.Path, DriveVerb.Write)
                    : VolumeHold.InUse(drive, mount.MountPoint, Users(mount.MountPoint), "what uses it");
            }
        }
    }

    private static List<LinuxMount> MountsOf(DriveFacts drive) =>
        [.. new LinuxListing("/").MountsOf(Path.GetFileName(drive.Path)).Select(each => each.Mount)];

    /// <summary>The programs that have something open below a mount point, as far as we may see them.</summary>
    private static List<string> Users(string mountPoint)
    {
        var names = new List<string>();
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && id != Environment.ProcessId && Uses(process, mountPoint))
                names.Add($"{NameOf(process)} (process {id})");
        }

        return names;
    }

    private static bool Uses(string process, string mountPoint)
    {
        try
        {
            IEnumerable<string> links = Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd"))
                .Append(Path.Combine(process, "cwd")).Append(Path.Combine(process, "root"));
            return links.Select(link => new FileInfo(link).LinkTarget).Any(
                target => target == mountPoint || target?.StartsWith(mountPoint + "/", StringComparison.Ordinal) == true);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false; // It has ended, or belongs to somebody else.
        }
    }

    private static string NameOf(string process)
    {
        try
        {
            return Words.Of(File.ReadAllText(Path.Combine(process, "comm"))) ?? "a program";
        }
        catch (IOException)
        {
            return "a program";
        }
    }
}
