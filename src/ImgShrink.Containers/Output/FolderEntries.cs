using System.Runtime.InteropServices;

namespace ImgShrink.Containers;

/// <summary>Brings the names in a folder to the medium: a file that was made or deleted survives a power cut as such.</summary>
public static partial class FolderEntries
{
    private const int ReadOnly = 0; // O_RDONLY

    /// <summary>
    /// Returns when the names are on the medium. Windows logs them itself, in order; a file system that cannot be asked is
    /// believed.
    /// </summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int directory = Open(folder, ReadOnly);
        if (directory < 0)
            return;
        _ = Sync(directory);
        _ = Close(directory);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
