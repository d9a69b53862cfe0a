using System.Runtime.InteropServices;
using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>What the file system that an output lies on can do.</summary>
/// <param name="KeepsHoles">Whether zeros that are not written take no room.</param>
/// <param name="LargestFile">Most bytes that a file may have; null where there is no such limit in sight.</param>
internal sealed partial record Medium(bool KeepsHoles, long? LargestFile)
{
    private const uint SupportsSparseFiles = 0x40; // FILE_SUPPORTS_SPARSE_FILES
    private const int LongestName = 261;

    private static readonly Medium Usual = new(KeepsHoles: true, LargestFile: null);

    /// <summary>That of a file which is, or is going to be, at <paramref name="path"/>; the usual where nobody tells.</summary>
    public static Medium Of(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (OperatingSystem.IsWindows())
            return OfWindows(folder);
        try
        {
            return Named(new DriveInfo(folder).DriveFormat, keepsHoles: null);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Usual;
        }
    }

    /// <summary>That of a file system by its name, as the systems call it.</summary>
    /// <param name="fileSystem">The name.</param>
    /// <param name="keepsHoles">Whether it keeps holes, where the system says so itself.</param>
    internal static Medium Named(string fileSystem, bool? keepsHoles) => fileSystem.ToUpperInvariant() switch
    {
        "FAT" or "FAT32" or "MSDOS" or "VFAT" => new Medium(keepsHoles ?? false, uint.MaxValue),
        "EXFAT" or "HFS" or "HFSPLUS" => new Medium(keepsHoles ?? false, LargestFile: null),
        _ => new Medium(keepsHoles ?? true, LargestFile: null),
    };

    /// <summary>Throws where a file of this length cannot be on the medium.</summary>
    /// <exception cref="NotEnoughSpaceException">It cannot.</exception>
    public void ThrowIfTooLong(string path, long bytes)
    {
        if (bytes > LargestFile)
            throw new NotEnoughSpaceException(
                $"{Path.GetDirectoryName(Path.GetFullPath(path))} lies on a FAT file system, where a file has less than 4 GiB, and the output "
                + $"needs {bytes} bytes. Write to a disk with another file system, or choose a compressed format if that gets small enough.");
    }

    private static unsafe Medium OfWindows(string folder)
    {
        char* root = stackalloc char[LongestName], name = stackalloc char[LongestName];
        return GetVolumePathName(folder, root, LongestName)
            && GetVolumeInformation(root, null, 0, null, null, out uint flags, name, LongestName)
            ? Named(new string(name), (flags & SupportsSparseFiles) != 0)
            : Usual;
    }

    [LibraryImport("kernel32.dll", EntryPoint = "GetVolumePathNameW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool GetVolumePathName(string path, char* root, int rootLength);

    [LibraryImport("kernel32.dll", EntryPoint = "GetVolumeInformationW")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool GetVolumeInformation(
        char* root, char* label, int labelLength, uint* serial, uint* longestComponent, out uint flags, char* name, int nameLength);
}
