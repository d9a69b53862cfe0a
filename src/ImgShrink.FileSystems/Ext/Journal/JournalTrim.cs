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
        if (volume.JournalInode is not { } number || volume.Superblock.Compat.HasFlag(CompatFeatures.FastCommit))
            return false;
        var inode = new Inode(volume.ReadInode(number));
        BlockMap map = BlockMap.Read(volume, number, inode);
        long place = map.Extents[0].Physical;
        byte[] first = volume.ReadBlock(place);
        var journal = new JournalSuperblock(first);
        if (journal.Length <= FewestBlocks || journal.Incompat.HasFlag(JournalIncompatFeatures.FastCommit))
            return false;

        var blocks = new BlockAllocator(volume);
        List<Extent> kept = [];
        foreach (Extent extent in map.Extents)
        {
            int keep = (int)Math.Clamp(FewestBlocks - (long)extent.Logical, 0, extent.Length);
            if (keep > 0)
                kept.Add(extent with { Length = keep });
            if (keep < extent.Length)
                blocks.Free(extent.Physical + keep, extent.Length - keep);
        }

        new MapWriter(volume, blocks).Store(number, inode, kept, map.Nodes);
        inode.Size = FewestBlocks * (long)volume.Geometry.BlockSize;
        volume.WriteInode(number, inode);
        journal.Length = FewestBlocks;
        if (journal.HasChecksums)
            journal.Checksum = journal.ComputeChecksum();
        volume.WriteBlock(place, first);
        volume.Superblock.BackUpJournal(inode);
        blocks.Flush();
        volume.StoreGroups();
        volume.StoreSuperblock();
        volume.Edited();
        return true;
    }
}
