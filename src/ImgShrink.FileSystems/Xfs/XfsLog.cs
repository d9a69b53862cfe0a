using ImgShrink.Blocks;
using ImgShrink.FileSystems.Xfs.OnDisk;

namespace ImgShrink.FileSystems.Xfs;

/// <summary>Tells whether the log of an XFS volume holds changes that are not in place yet.</summary>
internal static class XfsLog
{
    private const int Piece = 1 << 20;

    // Of the content of a record, which is operations: the flags of the first, and the one that says "unmounted".
    private const int OperationFlagsAt = 9;
    private const int Unmount = 0x20;

    /// <summary>Whether the last thing in the log is that the volume was unmounted, or nothing is in it.</summary>
    public static bool IsClean(IBlockSource volume, XfsGeometry geometry)
    {
        var log = new BlockWindow(volume, geometry.Log);
        long last = LastRecord(log, out bool isBlank);
        if (last < 0)
            return isBlank;
        var header = new LogRecordHeader(log.ReadBytes(last, LogRecordHeader.Size));
        if (header.OperationCount != 1 || new Guid(header.Uuid, bigEndian: true) != geometry.Uuid)
            return false;
        long content = (last + (long)header.HeaderCount * LogRecordHeader.Size) % log.Length;
        return (log.ReadBytes(content, LogRecordHeader.Size)[OperationFlagsAt] & Unmount) != 0;
    }

    /// <summary>Where the newest record begins; less than 0 where there is none, or one is out of place.</summary>
    private static long LastRecord(BlockWindow log, out bool isBlank)
    {
        (long last, ulong newest) = (-1, 0);
        isBlank = true;
        for (long at = 0; at < log.Length; at += Piece)
        {
            byte[] bytes = log.ReadBytes(at, (int)Math.Min(Piece, log.Length - at));
            isBlank = isBlank && !bytes.AsSpan().ContainsAnyExcept((byte)0);
            for (int offset = 0; offset < bytes.Length; offset += LogRecordHeader.Size)
            {
                var header = new LogRecordHeader(bytes.AsSpan(offset));
                if (!header.HasMagic)
                    continue;
                if ((header.Lsn & uint.MaxValue) != (ulong)(at + offset) / LogRecordHeader.Size)
                    return -1;
                if (header.Lsn >= newest)
                    (last, newest) = (at + offset, header.Lsn);
            }
        }

        return last;
    }
}
