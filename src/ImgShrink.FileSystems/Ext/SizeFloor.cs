using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Shrink;

namespace ImgShrink.FileSystems.Ext;

/// <summary>What decides how small a volume can get.</summary>
public enum FloorLimit
{
    /// <summary>What is on it: at its smallest nothing is free.</summary>
    Content,

    /// <summary>Its inodes: every group has a fixed number of them, and so many groups take more room than the files.</summary>
    Inodes,

    /// <summary>The number of an inode, which must stay what it is (stable_inodes).</summary>
    InodeNumbers,

    /// <summary>What must lie at the start of the last group.</summary>
    LastGroup,
}

/// <summary>The smallest size of a volume, and what it is made of; in bytes.</summary>
/// <param name="Bytes">The size; the sum of all others.</param>
/// <param name="FileBytes">Files, directories, links and attributes, with the maps that say where they lie.</param>
/// <param name="JournalBytes">The journal, whose content does not matter any more, but whose length stays.</param>
/// <param name="TableBytes">Bitmaps and inode tables.</param>
/// <param name="CopyBytes">The superblock and the group descriptors, with all copies and their reserve.</param>
/// <param name="UnusedBytes">What stays free even so, because of <paramref name="Limit"/>.</param>
/// <param name="Inodes">Inodes in use, the reserved ones included.</param>
/// <param name="Limit">What decides.</param>
public sealed record SizeFloor(
    long Bytes, long FileBytes, long JournalBytes, long TableBytes, long CopyBytes, long UnusedBytes, long Inodes,
    FloorLimit Limit)
{
    /// <summary>The floor of a volume that passed its audit.</summary>
    internal static SizeFloor Of(ExtVolume volume, VolumeUse use)
    {
        ExtGeometry now = volume.Geometry;
        long owned = use.Owned.Count, inodes = use.FewestInodes(volume.Superblock);
        ExtGeometry smallest = now.WithBlockCount(SizeBound.Smallest(now, owned, inodes));
        long journal = JournalBlocks(volume);
        long tables = (long)smallest.GroupCount * (2 + smallest.InodeTableBlocks);
        long copies = smallest.FirstDataBlock + smallest.FixedBlocks() + smallest.SpareBlocks(smallest.GroupCount - 1);
        long unused = smallest.BlockCount - owned - tables - copies;
        FloorLimit limit = unused == 0 ? FloorLimit.Content
            : inodes <= (smallest.GroupCount - 1L) * smallest.InodesPerGroup ? FloorLimit.LastGroup
            : inodes == use.Inodes.Count ? FloorLimit.Inodes : FloorLimit.InodeNumbers;
        long unit = now.BlockSize;
        return new SizeFloor(smallest.Bytes, (owned - journal) * unit, journal * unit, tables * unit, copies * unit,
            unused * unit, use.Inodes.Count, limit);
    }

    private static long JournalBlocks(ExtVolume volume) => volume.JournalInode is { } number
        ? BlockMap.Read(volume, number, new Inode(volume.ReadInode(number))).BlockCount
        : 0;
}
