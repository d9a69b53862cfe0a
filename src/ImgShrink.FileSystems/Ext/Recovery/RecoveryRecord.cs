namespace ImgShrink.FileSystems.Ext.Recovery;

/// <summary>What was done, in memory, to a volume that was not unmounted cleanly.</summary>
/// <param name="Transactions">Transactions of the journal that were replayed.</param>
/// <param name="Blocks">Blocks of the volume that got another content by that.</param>
/// <param name="RemovedFiles">Files that were deleted while they were open, and are gone now.</param>
/// <param name="TruncatedFiles">Files whose truncation was begun, and is complete now.</param>
public sealed record RecoveryRecord(int Transactions, int Blocks, int RemovedFiles, int TruncatedFiles);
