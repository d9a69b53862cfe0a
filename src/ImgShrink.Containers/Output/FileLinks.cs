using System.Runtime.InteropServices;
using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>How many names (hard links) a file has.</summary>
public static partial class FileLinks
{
    private const int CurrentFolder = -100; // AT_FDCWD

    /// <summary>Throws where a file has more than one name; passes where the system does not tell.</summary>
    /// <exception cref="UnsupportedImageException">It has, so what lies beside one is not beside the others.</exception>
    public static void RequireOne(string path)
    {
        if (Count(path) is > 1 and var count)
            throw new UnsupportedImageException(
                $"{path} has {count} names (hard links), and who reads it by another one would not see that it is being changed. "
                + "Remove the other names first, or write to an output.");
    }

    /// <summary>The number of names; null where the system does not tell.</summary>
    internal static long? Count(string path)
    {
        try
        {
            return OperatingSystem.IsWindows() ? OnWindows(path)
                : OperatingSystem.IsMacOS() ? OnMacOs(path)
                : OnLinux(path);
        }
        catch (EntryPointNotFoundException)
        {
            return null; // A libc without statx(2).
        }
    }

    private static unsafe long? OnLinux(string path)
    {
        const uint linkCount = 0x4; // STATX_NLINK
        const int maskAt = 0, linksAt = 16; // stx_mask, stx_nlink of struct statx, which has 256 bytes.
        Span<byte> found = stackalloc byte[256];
        fixed (byte* into = found)
        {
            return Statx(CurrentFolder, path, 0, linkCount, into) == 0
                && (MemoryMarshal.Read<uint>(found[maskAt..]) & linkCount) != 0
                ? MemoryMarshal.Read<uint>(found[linksAt..]) : null;
        }
    }

    private static unsafe long? OnMacOs(string path)
    {
        // struct attrlist: ATTR_BIT_MAP_COUNT, then five masks, the fourth of files; ATTR_FILE_LINKCOUNT is its bit 0.
        Span<uint> wanted = [5, 0, 0, 0, 1, 0];
        Span<uint> found = stackalloc uint[2]; // The length of the answer, and the answer.
        fixed (uint* attributes = wanted, into = found)
            return GetAttributes(path, attributes, into, sizeof(uint) * 2, 0) == 0 ? found[1] : null;
    }

    private static unsafe long? OnWindows(string path)
    {
        const int linksAt = 10; // nNumberOfLinks of BY_HANDLE_FILE_INFORMATION, which has 13 fields of 32 bits.
        Span<uint> found = stackalloc uint[13];
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        fixed (uint* into = found)
            return GetFileInformationByHandle(file.DangerousGetHandle(), into) ? found[linksAt] : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* into);

    [LibraryImport("libc", EntryPoint = "getattrlist", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int GetAttributes(string path, uint* wanted, uint* into, nuint size, uint options);

    [LibraryImport("kernel32.dll", EntryPoint = "GetFileInformationByHandle")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool GetFileInformationByHandle(nint file, uint* into);
}
