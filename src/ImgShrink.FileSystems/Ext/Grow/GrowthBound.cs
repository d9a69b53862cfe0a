namespace ImgShrink.FileSystems.Ext.Grow;

/// <summary>How many blocks a volume can get.</summary>
internal static class GrowthBound
{
    // As resize2fs has it: a new last group with fewer blocks than these behind its own tables is not worth having.
    private const int FewestForFiles = 50;

    // Ours, so that a plan takes seconds: 16 TiB with blocks of 4 KiB, 1 TiB with blocks of 1 KiB.
    private const int MostGroups = 1 << 17;

    /// <summary>
    /// Sizes to try, the largest first: all that is wished, and what the table of descriptors has room for where it is.
    /// </summary>
    /// <param name="geometry">The volume as it is.</param>
    /// <param name="wished">Blocks that it may have.</param>
    public static IEnumerable<ExtGeometry> Candidates(ExtGeometry geometry, long wished)
    {
        long[] sizes = [AtMost(geometry, wished), AtMost(geometry, Math.Min(wished, EndOfDescribed(geometry)))];
        return sizes.Distinct().Where(blocks => blocks > geometry.BlockCount).Select(geometry.WithBlockCount).Where(IsPossible);
    }

    /// <summary>The largest sensible number of blocks up to <paramref name="wished"/>; at least the present one.</summary>
    internal static long AtMost(ExtGeometry geometry, long wished)
    {
        long groups = Math.Min(MostGroups, uint.MaxValue / geometry.InodesPerGroup);
        long most = Math.Min(uint.MaxValue, geometry.FirstDataBlock + groups * geometry.BlocksPerGroup);
        long blocks = Math.Max(geometry.BlockCount, Math.Min(wished, most));
        int last = geometry.GroupOf(blocks - 1);
        if (last < geometry.GroupCount)
            return blocks;
        long rest = blocks - geometry.GroupStart(last);
        long own = geometry.WithBlockCount(blocks).FixedBlocks(last) + 2 + geometry.InodeTableBlocks;
        return rest == geometry.BlocksPerGroup || rest >= own + FewestForFiles ? blocks : geometry.GroupStart(last);
    }

    /// <summary>
    /// The end of the last group that can be described without more blocks for descriptors than there are, or are reserved;
    /// with meta_bg, they come with the groups.
    /// </summary>
    private static long EndOfDescribed(ExtGeometry geometry) => geometry.FirstMetaBg is not null ? long.MaxValue
        : geometry.GroupStart((geometry.DescriptorBlocks + geometry.ReservedGdtBlocks) * geometry.DescriptorsPerBlock);

    /// <summary>Whether what lies at the start of groups fits into one, and into the map of the resize inode.</summary>
    private static bool IsPossible(ExtGeometry grown) => grown.FixedBlocks(0) < grown.BlocksPerGroup
        && (grown.ReservedGdtBlocks == 0 || grown.SuperblockGroups().Skip(1).Count() <= grown.BlockSize / 4);
}
