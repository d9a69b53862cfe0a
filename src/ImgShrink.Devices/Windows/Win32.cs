using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Devices.Windows;

/// <summary>The calls of Windows that drives need.</summary>
/// <remarks>Control codes and structures: Windows SDK, winioctl.h and ntdddisk.h; fields are read at their offsets on x64.</remarks>
[SupportedOSPlatform("windows")]
internal static unsafe partial class Win32
{
    public const uint NoAccess = 0, Reading = 0x80000000, ReadingAndWriting = 0xC0000000; // GENERIC_READ, GENERIC_WRITE
    public const uint ShareReading = 1, ShareAll = 3; // FILE_SHARE_READ, FILE_SHARE_WRITE
    public const uint Unbuffered = 0x60000000; // FILE_FLAG_NO_BUFFERING, FILE_FLAG_OVERLAPPED
    public const int Pending = 997, MoreData = 234, InvalidFunction = 1, NotSupported = 50, InvalidParameter = 87;

    private const uint OpenExisting = 3;

    public static int LastError => Marshal.GetLastPInvokeError();

    public static SafeFileHandle Open(string path, uint access, uint share, uint flags = 0) =>
        CreateFile(path, access, share, 0, OpenExisting, flags, 0);

    /// <summary>Sends a control code that takes nothing and answers nothing; false with <see cref="LastError"/> set.</summary>
    public static bool Control(SafeFileHandle device, uint code) => DeviceIoControl(device, code, null, 0, null, 0, out _, null);

    /// <summary>Asks for a structure; empty, with <see cref="LastError"/> set, where the device does not tell.</summary>
    /// <param name="device">A drive or a volume.</param>
    /// <param name="code">The control code.</param>
    /// <param name="input">What the request takes.</param>
    /// <param name="answerBytes">The most that the answer can have.</param>
    public static byte[] Ask(SafeFileHandle device, uint code, ReadOnlySpan<byte> input, int answerBytes)
    {
        var answer = new byte[answerBytes];
        fixed (byte* into = answer, from = input)
        {
            return DeviceIoControl(device, code, from, input.Length, into, answerBytes, out int returned, null)
                ? answer[..returned]
                : [];
        }
    }

    [LibraryImport("kernel32.dll", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFile(
        string path, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeviceIoControl(
        SafeFileHandle device, uint code, byte* input, int inputBytes, byte* output, int outputBytes, out int returned,
        NativeOverlapped* overlapped);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool ReadFile(SafeFileHandle file, byte* into, int count, int* done, NativeOverlapped* place);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool WriteFile(SafeFileHandle file, byte* from, int count, int* done, NativeOverlapped* place);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetOverlappedResult(
        SafeFileHandle file, NativeOverlapped* place, out int done, [MarshalAs(UnmanagedType.Bool)] bool wait);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool FlushFileBuffers(SafeFileHandle file);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetFileSizeEx(SafeFileHandle file, out long length);

    [LibraryImport("kernel32.dll", EntryPoint = "FindFirstVolumeW", SetLastError = true)]
    public static partial nint FindFirstVolume(char* name, int nameChars);

    [LibraryImport("kernel32.dll", EntryPoint = "FindNextVolumeW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool FindNextVolume(nint search, char* name, int nameChars);

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool FindVolumeClose(nint search);

    [LibraryImport("kernel32.dll", EntryPoint = "GetVolumePathNamesForVolumeNameW", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetVolumePathNames(string volume, char* names, int namesChars, out int returned);

    [LibraryImport("kernel32.dll", EntryPoint = "GetVolumePathNameW", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetVolumePathName(string file, char* mountPoint, int mountPointChars);

    [LibraryImport("kernel32.dll", EntryPoint = "GetVolumeNameForVolumeMountPointW", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetVolumeName(string mountPoint, char* volume, int volumeChars);

    /// <summary>Boxes such as "There is no disk in the drive" stay away from this thread (SEM_FAILCRITICALERRORS).</summary>
    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetThreadErrorMode(uint mode, out uint before);
}
