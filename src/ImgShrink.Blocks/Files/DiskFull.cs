namespace ImgShrink.Blocks;

/// <summary>Tells a full medium from other failures of a write.</summary>
public static class DiskFull
{
    // Windows: HRESULT_FROM_WIN32 of ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL, ERROR_FILE_TOO_LARGE (4 GiB on FAT32).
    private static readonly int[] Windows = [unchecked((int)0x80070027), unchecked((int)0x80070070),
        unchecked((int)0x800700DF)];

    // errno of ENOSPC, EFBIG (4 GiB on FAT32) and EDQUOT, which .NET passes on as they are.
    private static readonly int[] Linux = [28, 27, 122];
    private static readonly int[] MacOs = [28, 27, 69];

    /// <summary>Whether a failure says that the medium, or the largest file it takes, is full.</summary>
    public static bool Says(Exception failure) =>
        (OperatingSystem.IsWindows() ? Windows : OperatingSystem.IsMacOS() ? MacOs : Linux).Contains(failure.HResult);
}
