using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Journal;

/// <summary>
/// Which logged blocks must not be replayed: they were freed later, and may hold file content by now.
/// </summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Journal (jbd2)", "Revocation Block".</remarks>
internal sealed class RevokeTable
{
    // By block: the newest transaction that revokes it. Only blocks that are in the log matter, so it is never larger.
    private readonly Dictionary<ulong, uint> _newest = [];

    private RevokeTable()
    {
    }

    /// <summary>Reads all revoke records of a log.</summary>
    /// <exception cref="CorruptImageException">The length of a revoke block is impossible.</exception>
    public static RevokeTable Read(JournalFile file, JournalFormat format, CommittedLog log)
    {
        var table = new RevokeTable();
        var logged = log.Blocks.Select(block => block.Target).ToHashSet();
        int limit = format.BlockSize - (format.Checksums is null ? 0 : JournalBlock.TailSize);
        int size = format.Is64Bit ? 8 : 4;
        foreach (var (place, transaction) in log.Revokes)
        {
            byte[] bytes = file.Read(place);
            uint end = new JournalBlock(bytes).RevokeBytes;
            if (end < JournalBlock.RevokeHeaderSize || end > limit)
                throw ExtDamage.In($"journal, revoke block {place}", "r_count", $"{end}",
                    $"{JournalBlock.RevokeHeaderSize} to {limit}");
            for (int at = JournalBlock.RevokeHeaderSize; at + size <= end; at += size)
            {
                ulong block = format.Is64Bit ? Be.U64(bytes, at) : Be.U32(bytes, at);
                if (logged.Contains(block))
                    table.Add(block, transaction);
            }
        }

        return table;
    }

    /// <summary>Whether a block was revoked in the transaction that logged it, or later.</summary>
    public bool Covers(LoggedBlock block) =>
        _newest.TryGetValue(block.Target, out uint revoked) && !IsAfter(block.Transaction, revoked);

    /// <summary>Numbers of transactions go round at 2^32: the one less than half a round ahead is the later.</summary>
    private static bool IsAfter(uint transaction, uint other) => unchecked((int)(transaction - other)) > 0;

    private void Add(ulong block, uint transaction)
    {
        if (!_newest.TryGetValue(block, out uint newest) || IsAfter(transaction, newest))
            _newest[block] = transaction;
    }
}
