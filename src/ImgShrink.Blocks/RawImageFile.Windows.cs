using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Blocks;

public sealed partial class RawImageFile
{
    private const uint QueryAllocatedRanges = 0x000940CF; // FSCTL_QUERY_ALLOCATED_RANGES
    private const int MoreData = 234; // ERROR_MORE_DATA

    /// <summary>
    /// The allocated ranges by FSCTL_QUERY_ALLOCATED_RANGES; null where the file system does not tell.
    /// </summary>
    private unsafe RangeSet? DataRangesOnWindows()
    {
        const int batch = 512;
        var found = new ByteRange[batch]; // FILE_ALLOCATED_RANGE_BUFFER has the same two 64-bit fields.
        var ranges = new RangeSet();
        var rest = new ByteRange(0, Length);
        while (rest.Length > 0)
        {
            int returned;
            bool complete;
            fixed (ByteRange* into = found)
                complete = Control(_file, QueryAllocatedRanges, &rest, sizeof(ByteRange), into,
                    batch * sizeof(ByteRange), out returned, 0);
            if (!complete && Marshal.GetLastPInvokeError() != MoreData)
                return null;
            int count = returned / sizeof(ByteRange);
            for (int i = 0; i < count; i++)
                ranges.Add(ByteRange.Between(found[i].Start, Math.Min(found[i].End, Length)));
            if (complete || count == 0)
                break;
            rest = ByteRange.Between(found[count - 1].End, Length);
        }

        return ranges;
    }

    [LibraryImport("kernel32.dll", EntryPoint = "DeviceIoControl", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool Control(
        SafeFileHandle file, uint code, void* input, int inputBytes, void* output, int outputBytes, out int returned,
            nint overlapped);
}
