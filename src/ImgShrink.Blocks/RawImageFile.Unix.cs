using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Blocks;

public sealed partial class RawImageFile
{
    /// <summary>The ranges between holes by lseek(2); null where the file system does not tell.</summary>
    private RangeSet? DataRangesOnUnix()
    {
        // Linux numbers the two requests the other way round than macOS does.
        int seekData = OperatingSystem.IsMacOS() ? 4 : 3;
        int seekHole = OperatingSystem.IsMacOS() ? 3 : 4;
        const int noSuchAddress = 6; // ENXIO: only a hole follows.

        var ranges = new RangeSet();
        long at = 0;
        while (at < Length)
        {
            long start = Seek(_file, at, seekData);
            if (start < 0)
                return Marshal.GetLastPInvokeError() == noSuchAddress ? ranges : null;
            long end = Seek(_file, start, seekHole);
            if (end < 0)
                return null;
            ranges.Add(ByteRange.Between(start, Math.Min(end, Length)));
            at = end;
        }

        return ranges;
    }

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);
}
