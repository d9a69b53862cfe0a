using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Quota;

namespace ImgShrink.FileSystems.Ext.Recovery;

/// <summary>
/// Finishes what was begun with the inodes on the orphan list and in the orphan file, as a mount would.
/// </summary>
/// <remarks>
/// Those without links are deleted, with all that they own. Those with links are cut to their size. Bitmaps, counts and
/// checksums follow, so that what comes behind sees a clean volume. Everything goes to the volume's overlay.
/// </remarks>
internal sealed class OrphanCleanup
{
    private readonly ExtVolume _volume;
    private readonly BlockAllocator _blocks;
    private readonly InodeAllocator _inodes;
    private readonly InodeRemoval _removal;
    private readonly OrphanTruncation _truncation;

    private OrphanCleanup(ExtVolume volume)
    {
        _volume = volume;
        _blocks = new BlockAllocator(volume);
        _inodes = new InodeAllocator(volume);
        _removal = new InodeRemoval(volume, _blocks, _inodes, new AttributeWriter(volume, _blocks));
        _truncation = new OrphanTruncation(volume, _blocks);
    }

    /// <summary>Inodes that were deleted.</summary>
    public int Removed { get; private set; }

    /// <summary>Inodes that were cut to their size.</summary>
    public int Truncated { get; private set; }

    /// <summary>Whether a volume has orphans, or may have.</summary>
    public static bool IsNeeded(Superblock superblock) =>
        superblock.LastOrphan != 0 || superblock.ReadOnly.HasFlag(ReadOnlyFeatures.OrphanPresent);

    /// <summary>Cleans up; afterwards the volume has no orphans.</summary>
    /// <param name="volume">A volume whose journal is empty and whose counts are right.</param>
    /// <exception cref="CorruptImageException">What leads to an orphan, or an orphan, is damaged.</exception>
    /// <exception cref="UnsupportedImageException">An orphan has something that is not understood.</exception>
    public static OrphanCleanup Run(ExtVolume volume)
    {
        var cleanup = new OrphanCleanup(volume);
        cleanup.Run();
        return cleanup;
    }

    private void Run()
    {
        RequireTablesInside();
        Superblock superblock = _volume.Superblock;
        OrphanFile? file = superblock.ReadOnly.HasFlag(ReadOnlyFeatures.OrphanPresent)
            ? new OrphanFile(_volume) : null;
        // All are found before the first is changed: the links of the list are in the inodes.
        InodeNumber[] orphans = [.. OrphanList.Read(_volume), .. file?.Read() ?? []];
        RequireDistinct(orphans);
        foreach (InodeNumber orphan in orphans)
            Finish(orphan);

        file?.Clear();
        superblock.LastOrphan = 0;
        superblock.ReadOnly &= ~ReadOnlyFeatures.OrphanPresent;
        _blocks.Flush();
        _inodes.Flush();
        _volume.StoreGroups();
        _volume.StoreSuperblock();
        if (orphans.Length > 0)
            QuotaCounts.Store(_volume, _volume.Store);
    }

    /// <summary>Bitmaps that are worked out, and counts of what is used, need the tables of all groups.</summary>
    private void RequireTablesInside()
    {
        for (int group = 0; group < _volume.Groups.Count; group++)
        {
            GroupDescriptor descriptor = _volume.Groups[group];
            Require(group, "bg_block_bitmap", descriptor.BlockBitmap, 1);
            Require(group, "bg_inode_bitmap", descriptor.InodeBitmap, 1);
            Require(group, "bg_inode_table", descriptor.InodeTable, _volume.Geometry.InodeTableBlocks);
        }

        void Require(int group, string place, long start, int count)
        {
            if (!_volume.IsInside(start, count))
                throw ExtDamage.In($"descriptor of block group {group}", place, $"{start}", "inside the volume");
        }
    }

    private static void RequireDistinct(InodeNumber[] orphans)
    {
        var seen = new HashSet<InodeNumber>();
        foreach (InodeNumber orphan in orphans)
        {
            if (!seen.Add(orphan))
                throw ExtDamage.In("orphans", $"{orphan}", "listed twice", "listed once");
        }
    }

    private void Finish(InodeNumber number)
    {
        byte[] bytes = _volume.ReadInodeInTable(number);
        var inode = new Inode(bytes);
        if (number.Value < _volume.Geometry.FirstInode || _volume.IsNameless(number))
            throw ExtDamage.In("orphans", "an inode", $"{number.Value}", "an ordinary inode");
        if (inode.Kind == FileKind.None)
            throw ExtDamage.In(number, "i_mode", $"0x{inode.Mode:X4}", "that of a file: it is on the orphan list");
        if (inode.LinksCount == 0)
        {
            _removal.Remove(number, inode);
            Removed++;
        }
        else
        {
            _truncation.Finish(number, inode);
            Truncated++;
        }
    }
}
