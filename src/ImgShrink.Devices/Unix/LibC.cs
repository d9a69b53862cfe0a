using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Devices.Unix;

/// <summary>The calls of libc that drives need. None is given more arguments than it is declared with, so all fit macOS too.</summary>
internal static unsafe partial class LibC
{
    public const int ReadOnly = 0, ReadWrite = 2;

    public static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000; // O_CLOEXEC

    /// <summary>Of Linux, for a block device: nobody else holds or mounts it, and nobody can while it is open (O_EXCL).</summary>
    public const int Alone = 0x80;

    public const int Interrupted = 4; // EINTR

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, byte* into, nint count, long at);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, byte* from, nint count, long at);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(SafeFileHandle file);

    /// <summary>Linux only: on macOS for arm64 arguments behind the second one would be passed otherwise.</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, nuint request, void* argument);

    /// <summary>Linux only.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    public static partial int Advise(SafeFileHandle file, long at, long count, int advice);

    /// <summary>Linux only.</summary>
    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string mountPoint, int flags);
}
