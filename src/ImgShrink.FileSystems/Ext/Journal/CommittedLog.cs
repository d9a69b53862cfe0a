using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Journal;

/// <summary>A block that a transaction changed, as it stands in the log.</summary>
/// <param name="Target">The block of the volume that it is meant for, as the tag has it.</param>
/// <param name="Place">The block of the journal that holds it.</param>
/// <param name="Transaction">The number of the transaction.</param>
/// <param name="Flags">The flags of its tag.</param>
/// <param name="Checksum">The checksum in its tag.</param>
internal readonly record struct LoggedBlock(
    ulong Target, uint Place, uint Transaction, JournalTagFlags Flags, uint Checksum);

/// <summary>The transactions of a log that are complete, oldest first.</summary>
/// <param name="Transactions">How many there are.</param>
/// <param name="Next">The number of the transaction that would follow.</param>
/// <param name="Blocks">What they changed, in the order of the log; at most as many as the log has blocks.</param>
/// <param name="Revokes">The blocks of the journal that hold revoke records, with their transactions.</param>
/// <param name="Wraps">Whether they go over the end of the log.</param>
internal sealed record CommittedLog(
    int Transactions, uint Next, IReadOnlyList<LoggedBlock> Blocks,
    IReadOnlyList<(uint Place, uint Transaction)> Revokes, bool Wraps);
