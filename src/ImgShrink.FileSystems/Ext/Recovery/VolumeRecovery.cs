using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Journal;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Recovery;

/// <summary>
/// Does, in memory, what the next mount would do first: replay the journal, then finish deletions and truncations.
/// </summary>
internal static class VolumeRecovery
{
    /// <summary>Whether a volume was not unmounted cleanly.</summary>
    public static bool IsNeeded(Superblock superblock) =>
        superblock.Incompat.HasFlag(IncompatFeatures.NeedsRecovery) || OrphanCleanup.IsNeeded(superblock);

    /// <summary>Gives the volume as it is after the recovery, with its descriptors loaded; nothing is written.</summary>
    /// <param name="stored">The volume as it is stored, not loaded yet.</param>
    /// <exception cref="CorruptImageException">Something that the recovery reads is damaged.</exception>
    /// <exception cref="UnsupportedImageException">It needs something that is not understood.</exception>
    public static ExtVolume Run(ExtVolume stored)
    {
        ExtVolume volume = stored;
        JournalReplay? replay = null;
        if (stored.Superblock.Incompat.HasFlag(IncompatFeatures.NeedsRecovery))
        {
            // The descriptors on the medium may be older than the log, so only those behind the replay are checked.
            stored.LoadGroups(check: false);
            replay = JournalReplay.Run(stored);
            volume = ExtVolume.OpenStored(replay.View);
            if (volume.Obstacle is { } obstacle)
                throw new UnsupportedImageException(obstacle);
        }

        volume.LoadGroups();
        if (replay is not null)
            FinishReplay(volume, replay);
        OrphanCleanup? orphans = OrphanCleanup.IsNeeded(volume.Superblock) ? OrphanCleanup.Run(volume) : null;
        volume.Recovery = new RecoveryRecord(
            replay?.Transactions ?? 0, replay?.Blocks ?? 0, orphans?.Removed ?? 0, orphans?.Truncated ?? 0);
        return volume;
    }

    /// <summary>The totals of a mounted volume are kept in memory only; a mount adds up those of the groups.</summary>
    private static void FinishReplay(ExtVolume volume, JournalReplay replay)
    {
        replay.Clear(volume);
        long freeBlocks = 0, freeInodes = 0;
        for (int group = 0; group < volume.Groups.Count; group++)
        {
            freeBlocks += volume.Groups[group].FreeBlocks;
            freeInodes += volume.Groups[group].FreeInodes;
        }

        Superblock superblock = volume.Superblock;
        superblock.Incompat &= ~IncompatFeatures.NeedsRecovery;
        superblock.FreeBlocks = freeBlocks;
        superblock.FreeInodes = (uint)Math.Min(freeInodes, uint.MaxValue);
        volume.StoreSuperblock();
    }
}
