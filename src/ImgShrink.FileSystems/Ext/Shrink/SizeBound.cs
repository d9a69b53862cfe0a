namespace ImgShrink.FileSystems.Ext.Shrink;

/// <summary>
/// How few blocks a volume can have: a bound that follows from what is in use, and that a plan can reach.
/// </summary>
/// <remarks>
/// A volume of G groups holds the blocks in use, G times two bitmaps and a table, and the copies of superblock and
/// descriptors. Its last group must have room for what lies at its start. Sizes in between do not exist: a last group
/// shorter than that is impossible, although fewer and more blocks are fine.
/// </remarks>
internal static class SizeBound
{
    /// <summary>The smallest number of blocks for a volume with this geometry's parameters.</summary>
    /// <param name="geometry">The volume as it is.</param>
    /// <param name="blocks">Blocks that inodes own, plus those that shall stay free.</param>
    /// <param name="inodes">Inodes in use, the reserved ones included, plus those that shall stay free.</param>
    /// <returns>A number of blocks; the present one when nothing smaller will do.</returns>
    public static long Smallest(ExtGeometry geometry, long blocks, long inodes)
    {
        long fewestGroups = Math.Max(
            (blocks + geometry.BlocksPerGroup - 1) / geometry.BlocksPerGroup,
            (inodes + geometry.InodesPerGroup - 1) / geometry.InodesPerGroup);
        for (long groups = Math.Max(1, fewestGroups); groups <= geometry.GroupCount; groups++)
        {
            int last = (int)groups - 1;
            ExtGeometry candidate = geometry.WithBlockCount(Math.Min(geometry.GroupEnd(last), geometry.BlockCount));
            long needed = geometry.FirstDataBlock + blocks + groups * (2 + geometry.InodeTableBlocks)
                + candidate.FixedBlocks() + candidate.SpareBlocks(last);
            long smallest = geometry.GroupStart(last) + candidate.SmallestGroup(last);
            if (Math.Max(needed, smallest) <= geometry.GroupEnd(last))
                return Math.Max(needed, smallest);
        }

        return geometry.BlockCount;
    }

    /// <summary>The largest possible number of blocks up to <paramref name="wished"/>.</summary>
    public static long AtMost(ExtGeometry geometry, long wished)
    {
        long blocks = Math.Min(wished, geometry.BlockCount);
        int last = geometry.GroupOf(blocks - 1);
        ExtGeometry candidate = geometry.WithBlockCount(blocks);
        bool sliver = blocks - geometry.GroupStart(last) < candidate.SmallestGroup(last);
        return sliver ? geometry.GroupStart(last) : blocks;
    }
}
