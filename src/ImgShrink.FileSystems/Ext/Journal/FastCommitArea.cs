using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.Journal;

/// <summary>
/// The blocks behind the log, where fast commits are: records of what was done to files since the last transaction.
/// </summary>
/// <remarks>
/// A stream of records, little-endian: tag (16 bits), length (16 bits), value. Spec: kernel documentation,
/// filesystems/ext4, "Fast Commits". They are not replayed here, only found.
/// </remarks>
internal static class FastCommitArea
{
    private const int RecordHeader = 4;
    private const ushort TailTag = 8; // EXT4_FC_TAG_TAIL: fc_tid, fc_crc
    private const ushort HeadTag = 9; // EXT4_FC_TAG_HEAD: fc_features, fc_tid; the highest tag that there is
    private const int HeadLength = 8;

    /// <summary>Whether the area holds a complete fast commit that goes on where the log ends.</summary>
    /// <param name="file">The journal.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="next">The number of the transaction behind the last one of the log.</param>
    public static bool HasCommit(JournalFile file, JournalFormat format, uint next) =>
        // The kernel leaves a block free between the log and the area.
        HasCommit(file, format.End + 1L, format.Length, next) || HasCommit(file, format.End, format.Length, next);

    private static bool HasCommit(JournalFile file, long start, uint end, uint next)
    {
        uint sum = 0;
        for (long place = start; place < end; place++)
        {
            byte[] bytes = file.Read((uint)place);
            if (place == start && !IsHead(bytes, next))
                return false;
            for (int at = 0; at + RecordHeader <= bytes.Length;)
            {
                ushort tag = Le.U16(bytes, at);
                int length = RecordHeader + Le.U16(bytes, at + 2);
                if (tag is 0 or > HeadTag || at + length > bytes.Length)
                    return false;
                if (tag == TailTag)
                    return length >= RecordHeader + 8 && Le.U32(bytes, at + 4) == next
                        && Le.U32(bytes, at + 8) == Crc32C.Append(sum, bytes.AsSpan(at, 8));
                sum = Crc32C.Append(sum, bytes.AsSpan(at, length));
                at += length;
            }
        }

        return false;
    }

    private static bool IsHead(byte[] bytes, uint next) =>
        Le.U16(bytes, 0) == HeadTag && Le.U16(bytes, 2) >= HeadLength && Le.U32(bytes, 8) == next;
}
