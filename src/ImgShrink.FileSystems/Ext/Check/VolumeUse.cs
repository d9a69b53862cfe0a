using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>Which blocks and inodes of a volume are in use, worked out from the inodes themselves.</summary>
internal sealed class VolumeUse(ExtGeometry geometry)
{
    /// <summary>Blocks of the volume itself: superblocks, descriptors, their reserve, bitmaps, inode tables.</summary>
    public BlockSet Metadata { get; } = new(geometry.BlockCount);

    /// <summary>Blocks that inodes own: content, maps, attributes.</summary>
    public BlockSet Owned { get; } = new(geometry.BlockCount);

    /// <summary>Inodes in use, by number; the reserved ones always are.</summary>
    public BlockSet Inodes { get; } = new(geometry.InodeCount + 1L);

    /// <summary>Which of them are directories.</summary>
    public BlockSet Directories { get; } = new(geometry.InodeCount + 1L);

    /// <summary>Blocks of extended attributes, and how many inodes refer to each.</summary>
    public Dictionary<long, int> XattrBlocks { get; } = [];

    /// <summary>
    /// The fewest inodes that the volume can have: as many as are in use; with stable_inodes, where none may get another
    /// number, up to the highest one. There is always one that is not reserved.
    /// </summary>
    public long FewestInodes(Superblock superblock) => Math.Max(geometry.FirstInode,
        superblock.Compat.HasFlag(CompatFeatures.StableInodes) ? Inodes.Last() : Inodes.Count);

    /// <summary>
    /// Whether a run is inside the volume and belongs to nobody yet; if so, it is an inode's from now on.
    /// </summary>
    public bool TryClaim(long start, long count)
    {
        long end = start + count;
        if (Owned.NextIn(start, end) < end || Metadata.NextIn(start, end) < end)
            return false;
        Owned.Add(start, count);
        return true;
    }

    /// <summary>Whether a run belongs to nobody yet; if so, it is the volume's own from now on.</summary>
    public bool TryClaimMetadata(long start, long count)
    {
        if (Metadata.NextIn(start, start + count) < start + count)
            return false;
        Metadata.Add(start, count);
        return true;
    }

    /// <summary>The inode bitmap of a group as it should be.</summary>
    public byte[] InodeBitmap(int group, int blockSize)
    {
        long start = (long)group * geometry.InodesPerGroup + 1;
        return Bitmaps.Render(Inodes, start, start + geometry.InodesPerGroup, blockSize);
    }
}
