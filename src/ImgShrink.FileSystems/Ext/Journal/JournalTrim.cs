using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Journal;

/// <summary>Makes the journal of a clean volume as short as a journal may be.</summary>
/// <remarks>
/// The log of a clean volume is empty, so its blocks can be given away like the end of any file. The system works as before,
/// but commits more often under heavy writing.
/// </remarks>
internal static class JournalTrim
{
    // No kernel mounts a volume with a shorter one.
    private const uint FewestBlocks = 1024;

    /// <summary>Shortens the journal of a volume that passed its audit.</summary>
    /// <returns>
    /// Whether it is shorter now. It is not where it is short already, and where a part of it holds fast commits, or will from
    /// the next mount on: that part lies at its end, and counts for nothing else.
    /// </returns>
    public static bool Apply(ExtVolume volume)
    {
        if (LongJournal.In(volume) is not { } journal)
            return false;
        var blocks = new BlockAllocator(volume);
        List<Extent> kept = [];
        foreach (Extent extent in journal.Map.Extents)
        {
            int keep = (int)Math.Clamp(FewestBlocks - (long)extent.Logical, 0, extent.Length);
            if (keep > 0)
                kept.Add(extent with { Length = keep });
            if (keep < extent.Length)
                blocks.Free(extent.Physical + keep, extent.Length - keep);
        }

        var inode = new Inode(volume.ReadInode(journal.Number));
        new MapWriter(volume, blocks).Store(journal.Number, inode, kept, journal.Map.Nodes);
        inode.Size = FewestBlocks * (long)volume.Geometry.BlockSize;
        volume.WriteInode(journal.Number, inode);
        var superblock = new JournalSuperblock(journal.FirstBlock) { Length = FewestBlocks };
        if (superblock.HasChecksums)
            superblock.Checksum = superblock.ComputeChecksum();
        volume.WriteBlock(journal.Map.Extents[0].Physical, journal.FirstBlock);
        volume.Superblock.BackUpJournal(inode);
        blocks.Flush();
        volume.StoreGroups();
        volume.StoreSuperblock();
        volume.Edited();
        return true;
    }

    /// <summary>Bytes by which the journal would be shorter.</summary>
    public static long Spare(ExtVolume volume) => LongJournal.In(volume) is { } journal
        ? (journal.Map.Extents.Sum(extent => (long)extent.Length) - FewestBlocks) * volume.Geometry.BlockSize
        : 0;

    /// <summary>A journal that can be shorter.</summary>
    private sealed record LongJournal(InodeNumber Number, BlockMap Map, byte[] FirstBlock)
    {
        public static LongJournal? In(ExtVolume volume)
        {
            if (volume.JournalInode is not { } number || volume.Superblock.Compat.HasFlag(CompatFeatures.FastCommit))
                return null;
            BlockMap map = BlockMap.Read(volume, number, new Inode(volume.ReadInode(number)));
            byte[] first = volume.ReadBlock(map.Extents[0].Physical);
            var superblock = new JournalSuperblock(first);
            bool isLong = superblock.Length > FewestBlocks && !superblock.Incompat.HasFlag(JournalIncompatFeatures.FastCommit);
            return isLong ? new LongJournal(number, map, first) : null;
        }
    }
}
