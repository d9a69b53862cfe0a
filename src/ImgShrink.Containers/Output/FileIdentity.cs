using System.Runtime.InteropServices;
using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>Which file a path leads to, whatever else it is called: by a hard link, a mapped drive, a mount.</summary>
/// <param name="Volume">What the system tells the volume from others by.</param>
/// <param name="Number">The number of the file on it: the inode, or the file's index of NTFS.</param>
/// <param name="Names">How many names (hard links) it has on it.</param>
public readonly partial record struct FileIdentity(ulong Volume, ulong Number, long Names)
{
    private const int CurrentFolder = -100; // AT_FDCWD

    /// <summary>The identity, links followed; null where there is no such file, or the system does not tell.</summary>
    public static FileIdentity? Of(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return OperatingSystem.IsWindows() ? OnWindows(path)
                : OperatingSystem.IsMacOS() ? OnMacOs(path)
                : OnLinux(path);
        }
        catch (Exception untold) when (untold is EntryPointNotFoundException or IOException or UnauthorizedAccessException)
        {
            return null; // A libc without statx(2), or a file that may not even be looked at.
        }
    }

    /// <summary>Throws where a file has more than one name; passes where the system does not tell.</summary>
    /// <exception cref="UnsupportedImageException">It has, so what lies beside one is not beside the others.</exception>
    public static void RequireOneName(string path)
    {
        if (Of(path) is { Names: > 1 and var count })
            throw new UnsupportedImageException(
                $"{path} has {count} names (hard links), and who reads it by another one would not see that it is being changed. "
                + "Remove the other names first, or write to an output.");
    }

    private static unsafe FileIdentity? OnLinux(string path)
    {
        const uint wanted = 0x4 | 0x100; // STATX_NLINK, STATX_INO
        // stx_mask, stx_nlink, stx_ino, and stx_dev_major with stx_dev_minor, of struct statx, which has 256 bytes.
        const int maskAt = 0, namesAt = 16, inodeAt = 32, deviceAt = 136;
        Span<byte> found = stackalloc byte[256];
        fixed (byte* into = found)
        {
            return Statx(CurrentFolder, path, 0, wanted, into) == 0 && (MemoryMarshal.Read<uint>(found[maskAt..]) & wanted) == wanted
                ? new FileIdentity(MemoryMarshal.Read<ulong>(found[deviceAt..]), MemoryMarshal.Read<ulong>(found[inodeAt..]),
                    MemoryMarshal.Read<uint>(found[namesAt..]))
                : null;
        }
    }

    private static unsafe FileIdentity? OnMacOs(string path)
    {
        // struct attrlist: ATTR_BIT_MAP_COUNT, then five masks. Of the first ATTR_CMN_FSID and ATTR_CMN_FILEID, of the fourth
        // (of files) ATTR_FILE_LINKCOUNT.
        Span<uint> wanted = [5, 0x4 | 0x0200_0000, 0, 0, 1, 0];
        Span<uint> found = stackalloc uint[6]; // The length of the answer, two words each of volume and number, and the names.
        fixed (uint* attributes = wanted, into = found)
        {
            return GetAttributes(path, attributes, into, sizeof(uint) * 6, 0) == 0
                ? new FileIdentity(Wide(found[2], found[1]), Wide(found[4], found[3]), found[5])
                : null;
        }
    }

    private static unsafe FileIdentity? OnWindows(string path)
    {
        // dwVolumeSerialNumber, nNumberOfLinks, nFileIndexHigh and -Low of BY_HANDLE_FILE_INFORMATION: 13 fields of 32 bits.
        const int volumeAt = 7, namesAt = 10, highAt = 11, lowAt = 12;
        Span<uint> found = stackalloc uint[13];
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        fixed (uint* into = found)
        {
            return GetFileInformationByHandle(file.DangerousGetHandle(), into)
                ? new FileIdentity(found[volumeAt], Wide(found[highAt], found[lowAt]), found[namesAt])
                : null;
        }
    }

    private static ulong Wide(uint high, uint low) => (ulong)high << 32 | low;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* into);

    [LibraryImport("libc", EntryPoint = "getattrlist", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int GetAttributes(string path, uint* wanted, uint* into, nuint size, uint options);

    [LibraryImport("kernel32.dll", EntryPoint = "GetFileInformationByHandle")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool GetFileInformationByHandle(nint file, uint* into);
}
