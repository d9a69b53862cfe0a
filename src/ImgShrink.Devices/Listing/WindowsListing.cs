using System.Runtime.Versioning;
using ImgShrink.Devices.Windows;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Devices.Listing;

/// <summary>The drives of Windows: every number is tried, for they have gaps, and some readers hide from other lists.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsListing
{
    /// <summary>One more than the highest number that is looked for.</summary>
    public const int MostDrives = 64;

    private const int FileNotFound = 2, PathNotFound = 3;

    /// <summary>All drives, by number. Opening them without any access needs no rights.</summary>
    public static IReadOnlyList<DriveFacts> All()
    {
        List<WindowsVolume> volumes = WindowsVolumes.All();
        var system = SystemDisks().ToList();
        var drives = new List<DriveFacts>();
        for (int number = 0; number < MostDrives; number++)
        {
            using SafeFileHandle drive = Win32.Open(PathOf(number), Win32.NoAccess, Win32.ShareAll);
            if (!drive.IsInvalid)
                drives.Add(Describe(number, drive, volumes, system));
            else if (Win32.LastError is not (FileNotFound or PathNotFound))
                drives.Add(new DriveFacts { Path = PathOf(number), HasCard = false });
        }

        return drives;
    }

    /// <summary>What Windows calls the drive of this number.</summary>
    public static string PathOf(int number) => $@"\\.\PhysicalDrive{number}";

    private static DriveFacts Describe(
        int number, SafeFileHandle drive, List<WindowsVolume> volumes, List<(int Disk, string Use)> system)
    {
        var (model, bus, isRemovable) = DriveQueries.Describe(drive);
        var size = DriveQueries.Size(drive);
        return new DriveFacts
        {
            Path = PathOf(number),
            Model = model,
            Bus = bus,
            Bytes = size?.Length,
            SectorSize = size?.SectorSize,
            HasCard = size is not null && DriveQueries.Medium(drive) is null,
            IsRemovable = isRemovable || bus is "sd" or "mmc" || DriveQueries.IsHotplug(drive),
            IsWriteProtected = DriveQueries.IsWriteProtected(drive),
            SystemUse = system.Find(each => each.Disk == number).Use,
            Volumes = [.. volumes.Where(each => each.Disks.Contains(number)).Select(
                each => new DriveVolume(each.Device, each.MountPoints))],
        };
    }

    /// <summary>Where Windows and its programs live; heuristics by bus would take a Windows that starts from a stick for a card.</summary>
    private static IEnumerable<(int Disk, string Use)> SystemDisks()
    {
        foreach (string folder in (string[])
        [
            Environment.GetFolderPath(Environment.SpecialFolder.Windows),
            Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles),
            Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData),
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            Environment.ProcessPath ?? "",
        ])
        {
            foreach (int disk in folder.Length > 0 ? WindowsVolumes.DisksOfPath(folder) : [])
                yield return (disk, $"{folder} is on it");
        }
    }
}
