using System.Runtime.Versioning;
using System.Text;
using ImgShrink.Blocks;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Devices.Windows;

/// <summary>What Windows tells about a drive. Every question may stay unanswered, by readers that do not know it.</summary>
[SupportedOSPlatform("windows")]
internal static class DriveQueries
{
    private const uint GetLengthInfo = 0x0007405C; // IOCTL_DISK_GET_LENGTH_INFO; needs a handle for reading
    private const uint GetGeometryEx = 0x000700A0; // IOCTL_DISK_GET_DRIVE_GEOMETRY_EX
    private const uint ReadCapacity = 0x002D5140; // IOCTL_STORAGE_READ_CAPACITY; needs a handle for reading
    private const uint CheckVerify2 = 0x002D0800; // IOCTL_STORAGE_CHECK_VERIFY2
    private const uint IsWritable = 0x00070024; // IOCTL_DISK_IS_WRITABLE
    private const uint QueryProperty = 0x002D1400; // IOCTL_STORAGE_QUERY_PROPERTY
    private const uint GetHotplugInfo = 0x002D0C14; // IOCTL_STORAGE_GET_HOTPLUG_INFO
    private const int WriteProtect = 19;
    private const int MostAnswerBytes = 1024;

    /// <summary>Bytes of the drive, and of a sector; null where it does not tell, or has no card.</summary>
    /// <remarks>Never cylinders times heads times sectors: that loses the end of the card.</remarks>
    public static (long Length, int SectorSize)? Size(SafeFileHandle drive)
    {
        byte[] geometry = Win32.Ask(drive, GetGeometryEx, [], MostAnswerBytes); // DISK_GEOMETRY_EX
        byte[] length = Win32.Ask(drive, GetLengthInfo, [], 8);
        byte[] capacity = length.Length < 8 && geometry.Length < 32 ? Win32.Ask(drive, ReadCapacity, [], 32) : [];
        int sectorSize = geometry.Length >= 24 ? (int)Le.U32(geometry, 20)
            : capacity.Length >= 32 ? (int)Le.U32(capacity, 8)
            : 512;
        long bytes = length.Length >= 8 ? (long)Le.U64(length, 0)
            : geometry.Length >= 32 ? (long)Le.U64(geometry, 24)
            : capacity.Length >= 32 ? (long)Le.U64(capacity, 24)
            : Win32.GetFileSizeEx(drive, out long fileBytes) ? fileBytes
            : 0;
        return bytes > 0 ? (bytes, sectorSize) : null;
    }

    /// <summary>Why the drive has no medium to give; null when it has one, or does not tell.</summary>
    public static DriveError? Medium(SafeFileHandle drive) =>
        Win32.Control(drive, CheckVerify2)
        || Win32.LastError is Win32.NotSupported or Win32.InvalidFunction or Win32.InvalidParameter
            ? null
            : DriveError.OfWindows(Win32.LastError);

    /// <summary>Whether the lock switch is on; null where the reader does not tell.</summary>
    public static bool? IsWriteProtected(SafeFileHandle drive) =>
        Win32.Control(drive, IsWritable) ? false : Win32.LastError == WriteProtect ? true : null;

    /// <summary>Whether the system says that the drive itself comes and goes.</summary>
    public static bool IsHotplug(SafeFileHandle drive) =>
        Win32.Ask(drive, GetHotplugInfo, [], 8) is { Length: >= 8 } hotplug && hotplug[6] != 0;

    /// <summary>The maker's words for the drive, its bus, and whether its medium can be taken out.</summary>
    public static (string? Model, string? Bus, bool IsRemovable) Describe(SafeFileHandle drive)
    {
        // STORAGE_PROPERTY_QUERY for StorageDeviceProperty; the answer is a STORAGE_DEVICE_DESCRIPTOR.
        byte[] found = Win32.Ask(drive, QueryProperty, new byte[12], MostAnswerBytes);
        if (found.Length < 36)
            return (null, null, false);
        string name = $"{Text(found, 12)} {Text(found, 16)}".Trim(); // VendorIdOffset, ProductIdOffset
        return (name.Length > 0 ? name : null, BusName(Le.U32(found, 28)), found[10] != 0);
    }

    private static string Text(byte[] descriptor, int offsetAt)
    {
        uint from = Le.U32(descriptor, offsetAt);
        if (from == 0 || from >= descriptor.Length)
            return "";
        ReadOnlySpan<byte> text = descriptor.AsSpan((int)from);
        int end = text.IndexOf((byte)0);
        return Words.Of(Encoding.ASCII.GetString(end < 0 ? text : text[..end])) ?? "";
    }

    // STORAGE_BUS_TYPE
    private static string? BusName(uint bus) => bus switch
    {
        1 => "scsi",
        3 or 11 => "sata",
        7 => "usb",
        8 => "raid",
        9 => "iscsi",
        10 => "sas",
        12 => "sd",
        13 => "mmc",
        14 or 15 => "virtual",
        16 => "storage space",
        17 => "nvme",
        19 => "ufs",
        _ => null,
    };
}
