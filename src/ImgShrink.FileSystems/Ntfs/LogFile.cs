using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ntfs.OnDisk;

namespace ImgShrink.FileSystems.Ntfs;

/// <summary>Tells whether the log of an NTFS volume holds changes that are not in place yet.</summary>
internal static class LogFile
{
    private const int LargestPage = 65536;
    private const byte Emptied = 0xFF;

    /// <summary>Whether nothing has to be done before the volume can be used.</summary>
    /// <remarks>
    /// A log is clean when the newer of its two restart pages says so, and when it was emptied, which is done with ones.
    /// </remarks>
    public static bool IsClean(IBlockSource volume, NtfsContent log)
    {
        if (log.Length < RestartPage.HeaderSize)
            return false;
        var start = new byte[(int)Math.Min(log.Length, LargestPage)];
        log.Read(volume, 0, start);
        if (!start.AsSpan().ContainsAnyExcept(Emptied))
            return true;
        uint pageBytes = new RestartPage(start).PageBytes;
        if (pageBytes is < 512 or > LargestPage || !uint.IsPow2(pageBytes) || 2 * pageBytes > log.Length)
            return false;
        var (first, second) = (new byte[pageBytes], new byte[pageBytes]);
        log.Read(volume, 0, first);
        log.Read(volume, pageBytes, second);
        bool hasFirst = IsWhole(first), hasSecond = IsWhole(second);
        if (!hasFirst)
            return false;
        bool isSecondNewer = hasSecond && new RestartPage(second).CurrentLsn > new RestartPage(first).CurrentLsn;
        return new RestartPage(isSecondNewer ? second : first).IsClean;
    }

    private static bool IsWhole(byte[] page) =>
        new RestartPage(page) is { HasMagic: true } && Fixups.TryUndo(page) && new RestartPage(page).HasArea;
}
