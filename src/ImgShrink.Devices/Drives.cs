using System.Globalization;
using ImgShrink.Blocks;
using ImgShrink.Devices.Holding;
using ImgShrink.Devices.Listing;
using ImgShrink.Devices.Unix;
using ImgShrink.Devices.Windows;

namespace ImgShrink.Devices;

/// <summary>The drives of this machine: which there are, and how to open one.</summary>
public static class Drives
{
    /// <summary>All drives, with what makes each a safe or an unsafe choice. Needs no rights.</summary>
    public static IReadOnlyList<DriveFacts> List() => OperatingSystem.IsWindows() ? WindowsListing.All()
        : OperatingSystem.IsMacOS() ? MacListing.OfSystem.All()
        : new LinuxListing("/").All();

    /// <summary>Whether a name means a drive, or a partition of one, rather than a file.</summary>
    public static bool IsDevice(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (OperatingSystem.IsWindows())
            return WindowsName(path) is not null;
        return OperatingSystem.IsMacOS()
            ? path.StartsWith("/dev/disk", StringComparison.Ordinal) || path.StartsWith("/dev/rdisk", StringComparison.Ordinal)
            : LinuxName(path) is string name && Path.Exists($"/sys/class/block/{name}");
    }

    /// <summary>Whether a name means a partition, and not a whole drive.</summary>
    public static bool IsPart(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (OperatingSystem.IsWindows())
            return false; // A letter stands for its drive.
        return OperatingSystem.IsMacOS()
            ? IsDevice(path) && path.LastIndexOf('s') > path.IndexOf("disk", StringComparison.Ordinal) + "disk".Length
            : LinuxName(path) is string name && new LinuxListing("/").DriveOf(name) != name;
    }

    /// <summary>What is known about the drive that a name means; null where it is none of <see cref="List"/>.</summary>
    public static DriveFacts? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string? name = OperatingSystem.IsWindows() ? WindowsName(path)
            : OperatingSystem.IsMacOS() ? path.Replace("/dev/rdisk", "/dev/disk", StringComparison.Ordinal)
            : LinuxName(path) is string linux && new LinuxListing("/").DriveOf(linux) == linux ? $"/dev/{linux}" : null;
        return List().FirstOrDefault(each => each.Path.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The name of a drive as a part of a file's name: "sdb", "PhysicalDrive2".</summary>
    public static string FileNameOf(string path)
    {
        string name = Find(path)?.Path ?? path;
        return name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Replace(":", "", StringComparison.Ordinal);
    }

    /// <summary>Whether a file lies on a drive, as far as the system tells.</summary>
    public static bool HoldsFile(DriveFacts drive, string file)
    {
        ArgumentNullException.ThrowIfNull(drive);
        string path = Path.GetFullPath(file);
        if (OperatingSystem.IsWindows())
            return WindowsVolumes.DisksOfPath(path).Select(WindowsListing.PathOf).Contains(drive.Path);
        return OperatingSystem.IsMacOS()
            ? drive.Volumes.Any(volume => volume.MountPoints.Any(each => path.StartsWith(each + "/", StringComparison.Ordinal)))
            : new LinuxListing("/").DrivesOfPath(path).Any(name => $"/dev/{name}" == drive.Path);
    }

    /// <summary>Opens a drive for reading.</summary>
    /// <param name="path">A name for which <see cref="IsDevice"/> holds.</param>
    /// <exception cref="AccessException">It is not there, has no card, or may not be read.</exception>
    public static Drive OpenForReading(string path) => Open(path, forWriting: false);

    /// <summary>Opens a drive for writing; what is mounted on it has to be taken off first.</summary>
    /// <inheritdoc cref="OpenForReading"/>
    public static Drive OpenForWriting(string path) => Open(path, forWriting: true);

    private static Drive Open(string path, bool forWriting)
    {
        DriveError? error = null;
        Drive? drive = null;
        // What has just been unmounted is let go a moment later, and whoever looks at new drives goes away again.
        _ = (forWriting ? Backoff.Default : Backoff.None).Try(
            () => (error = TryOpen(path, forWriting, out drive)) is not { Fault: DriveFault.Busy });
        if (error is DriveError why)
            throw why.Explained(path, forWriting ? DriveVerb.Write : DriveVerb.Read);
        if (drive!.Length > 0)
            return drive;
        drive.Dispose();
        throw DriveError.Of(DriveFault.NoCard).Explained(path, forWriting ? DriveVerb.Write : DriveVerb.Read);
    }

    private static DriveError? TryOpen(string path, bool forWriting, out Drive? drive)
    {
        if (OperatingSystem.IsWindows())
        {
            DriveError? error = WindowsDrive.TryOpen(path, WindowsName(path) ?? path, forWriting, out WindowsDrive? opened);
            drive = opened;
            return error;
        }

        UnixDrive? unix = null;
        DriveError? why;
        if (OperatingSystem.IsMacOS())
        {
            DriveFacts? facts = Find(path);
            why = facts is null ? DriveError.Of(DriveFault.Missing) : UnixDrive.TryOpenMac(
                path, facts.Path.Replace("/dev/disk", "/dev/rdisk", StringComparison.Ordinal), facts.Bytes ?? 0,
                facts.SectorSize ?? 512, forWriting, out unix);
        }
        else
        {
            why = UnixDrive.TryOpenLinux(path, forWriting, alone: true, out unix);
            if (!forWriting && why is { Fault: DriveFault.Busy }) // It is mounted, and can be read all the same.
                why = UnixDrive.TryOpenLinux(path, forWriting, alone: false, out unix);
        }

        drive = unix;
        return why;
    }

    /// <summary>The name in /dev that a path leads to, links such as /dev/disk/by-id followed; null outside of /dev.</summary>
    private static string? LinuxName(string path)
    {
        if (!path.StartsWith("/dev/", StringComparison.Ordinal) || !Path.Exists(path))
            return null;
        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return target.StartsWith("/dev/", StringComparison.Ordinal) ? target["/dev/".Length..].Replace('/', '!') : null;
    }

    /// <summary><c>\\.\PhysicalDriveN</c> for that, in whatever writing, and for the letter of a volume on it; else null.</summary>
    private static string? WindowsName(string path)
    {
        if (!OperatingSystem.IsWindows())
            return null;
        const string drive = "PhysicalDrive";
        string plain = path.Replace('/', '\\');
        string name = plain.StartsWith(@"\\.\", StringComparison.Ordinal) || plain.StartsWith(@"\\?\", StringComparison.Ordinal)
            ? plain[4..]
            : plain;
        if (name.StartsWith(drive, StringComparison.OrdinalIgnoreCase) && (name != plain || !File.Exists(path))
            && int.TryParse(name[drive.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return WindowsListing.PathOf(number);
        bool isLetter = name.TrimEnd('\\') is [var letter, ':'] && char.IsAsciiLetter(letter);
        return isLetter && WindowsVolumes.DisksOf($@"\\.\{name[..2]}") is [int only]
            ? WindowsListing.PathOf(only)
            : null;
    }
}
