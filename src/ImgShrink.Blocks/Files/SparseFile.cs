using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Blocks;

/// <summary>Asks the file system to keep holes instead of zeros.</summary>
public static partial class SparseFile
{
    private const uint SetSparse = 0x000900C4; // FSCTL_SET_SPARSE

    /// <summary>
    /// Marks a file as sparse where that has to be asked for (Windows); a file system that cannot, writes the zeros.
    /// </summary>
    public static void Allow(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
            _ = DeviceIoControl(file, SetSparse, 0, 0, 0, 0, out _, 0);
    }

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeviceIoControl(
        SafeFileHandle file, uint code, nint input, int inputBytes, nint output, int outputBytes, out int returned,
            nint overlapped);
}
