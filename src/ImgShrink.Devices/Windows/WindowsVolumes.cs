using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ImgShrink.Blocks;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Devices.Windows;

/// <summary>A volume that Windows knows.</summary>
/// <param name="Device"><c>\\?\Volume{guid}</c>, without the backslash at the end that would mean its root folder.</param>
/// <param name="MountPoints">Its letters and folders; a volume may have none.</param>
/// <param name="Disks">Numbers of the drives it lies on.</param>
internal sealed record WindowsVolume(string Device, IReadOnlyList<string> MountPoints, IReadOnlyList<int> Disks);

/// <summary>Which volumes lie on which drives.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe class WindowsVolumes
{
    private const uint GetDiskExtents = 0x00560000; // IOCTL_VOLUME_GET_VOLUME_DISK_EXTENTS
    private const int NameChars = 1024, MostMountPointChars = 1 << 15;
    private const int MostExtents = 64;
    private const nint InvalidSearch = -1;

    /// <summary>All volumes, those without a letter too.</summary>
    public static List<WindowsVolume> All()
    {
        var volumes = new List<WindowsVolume>();
        char* name = stackalloc char[NameChars];
        nint search = Win32.FindFirstVolume(name, NameChars);
        if (search == InvalidSearch)
            return volumes;
        do
        {
            string volume = new(name);
            string device = volume.TrimEnd('\\');
            volumes.Add(new WindowsVolume(device, MountPointsOf(volume), DisksOf(device)));
        }
        while (Win32.FindNextVolume(search, name, NameChars));
        _ = Win32.FindVolumeClose(search);
        return volumes;
    }

    /// <summary>The drives that a file or folder lies on; none where that cannot be told.</summary>
    public static IReadOnlyList<int> DisksOfPath(string path)
    {
        char* mountPoint = stackalloc char[NameChars];
        char* volume = stackalloc char[NameChars];
        return Win32.GetVolumePathName(path, mountPoint, NameChars)
            && Win32.GetVolumeName(new string(mountPoint), volume, NameChars)
            ? DisksOf(new string(volume).TrimEnd('\\'))
            : [];
    }

    /// <summary>The drives that a volume lies on, by <c>\\?\Volume{guid}</c> or <c>\\.\X:</c>.</summary>
    public static IReadOnlyList<int> DisksOf(string device)
    {
        using SafeFileHandle volume = Win32.Open(device, Win32.NoAccess, Win32.ShareAll);
        if (volume.IsInvalid)
            return [];
        byte[] extents = Win32.Ask(volume, GetDiskExtents, [], 8 + MostExtents * 24); // VOLUME_DISK_EXTENTS
        if (extents.Length < 8)
            return [];
        int count = (int)Math.Min(Le.U32(extents, 0), (uint)(extents.Length - 8) / 24);
        return [.. Enumerable.Range(0, count).Select(each => (int)Le.U32(extents, 8 + each * 24)).Distinct()];
    }

    private static string[] MountPointsOf(string volume)
    {
        var names = new char[NameChars];
        while (true)
        {
            bool complete;
            int returned;
            fixed (char* into = names)
                complete = Win32.GetVolumePathNames(volume, into, names.Length, out returned);
            if (complete)
                return new string(names, 0, Math.Min(returned, names.Length)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
            if (Marshal.GetLastPInvokeError() != Win32.MoreData || names.Length >= MostMountPointChars)
                return [];
            names = new char[names.Length * 2];
        }
    }
}
