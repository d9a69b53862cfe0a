using System.Runtime.InteropServices;
namespace ImgShrink.Blocks;

/// <summary>Asks for the room on a medium before the first byte is written.</summary>
public static partial class FreeSpace
{
    /// <summary>
    /// Throws when the medium of <paramref name="path"/> has less than <paramref name="bytes"/> free; passes where the
    /// system does not tell.
    /// </summary>
    /// <exception cref="NotEnoughSpaceException">There is less room.</exception>
    public static void ThrowIfLess(string path, long bytes)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (Of(folder) is { } free && free < bytes)
            throw new NotEnoughSpaceException(
                $"{folder} has {free} bytes free, and the output needs {bytes}. Make room, or write to another disk.");
    }

    /// <summary>Bytes that we may still write to the medium of a folder; null where the system does not tell.</summary>
    public static long? Of(string folder)
    {
        // DriveInfo knows drive letters only; a folder on Windows may also be a mounted volume or a share.
        if (OperatingSystem.IsWindows())
            return GetDiskFreeSpaceEx(folder, out ulong free, 0, 0) ? (long)Math.Min(free, long.MaxValue) : null;
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    [LibraryImport("kernel32.dll", EntryPoint = "GetDiskFreeSpaceExW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetDiskFreeSpaceEx(string folder, out ulong freeToCaller, nint total, nint free);
}
