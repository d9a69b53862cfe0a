using System.Runtime.InteropServices;

namespace ImgShrink.Pipeline;

internal static partial class RecycleBin
{
    private const int OtherVolume = 18; // EXDEV

    private static void TakeOnUnix(string path)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        TrashFolder?[] folders = OperatingSystem.IsMacOS()
            ? [TrashFolder.Plain(Path.Combine(home, ".Trash")), TrashFolder.Plain(Path.Combine(VolumeOf(path), ".Trashes", $"{UserId()}"))]
            : [TrashFolder.OfHome(home, Environment.GetEnvironmentVariable("XDG_DATA_HOME")), TrashFolder.OfVolume(VolumeOf(path), UserId())];
        if (!folders.Any(each => each?.TryTake(path, TryRename) is true))
            throw new IOException("There is no trash on its volume.");
    }

    /// <summary>Renames a file; false where the new name is on another volume, to which it would have to be copied.</summary>
    /// <exception cref="IOException">The system does not rename it.</exception>
    private static bool TryRename(string path, string wanted) =>
        Rename(path, wanted) == 0 || (Marshal.GetLastPInvokeError() is int error && error == OtherVolume
            ? false
            : throw new IOException(Marshal.GetPInvokeErrorMessage(error)));

    /// <summary>The directory where the volume of a file is mounted.</summary>
    private static string VolumeOf(string path) => DriveInfo.GetDrives()
        .Select(each => Path.TrimEndingDirectorySeparator(each.Name))
        .Where(each => each == "/" || path.StartsWith(each + "/", StringComparison.Ordinal))
        .MaxBy(each => each.Length) ?? "/";

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string path, string wanted);

    [LibraryImport("libc", EntryPoint = "getuid")]
    private static partial uint UserId();
}
