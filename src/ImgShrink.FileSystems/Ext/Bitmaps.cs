using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>The block and inode bitmaps of a volume, read group by group; those never written are worked out.</summary>
internal sealed class Bitmaps(ExtVolume volume)
{
    private readonly ExtGeometry _geometry = volume.Geometry;
    private BlockSet? _metadata;

    /// <summary>Whether the group's block bitmap on disk is to be ignored.</summary>
    public bool IsBlockBitmapUninit(int group) =>
        volume.Checksums.Groups && volume.Groups[group].Flags.HasFlag(GroupFlags.BlockUninit);

    /// <summary>Whether the group's inode bitmap on disk is to be ignored: all of its inodes are free.</summary>
    public bool IsInodeBitmapUninit(int group) =>
        volume.Checksums.Groups && volume.Groups[group].Flags.HasFlag(GroupFlags.InodeUninit);

    /// <summary>The block bitmap of a group: one block, bit i is the group's i-th block.</summary>
    /// <remarks>Of an uninitialised one: the fixed region, and every bitmap and table that lies in the group.</remarks>
    public byte[] Blocks(int group)
    {
        if (!IsBlockBitmapUninit(group))
            return volume.ReadBlock(volume.Groups[group].BlockBitmap);
        if (_metadata is null)
            AddGroupMetadata(_metadata = new BlockSet(_geometry.BlockCount));
        return Render(_metadata, _geometry.GroupStart(group), _geometry.GroupEnd(group), _geometry.BlockSize);
    }

    /// <summary>The inode bitmap of a group: one block, bit i is the group's i-th inode.</summary>
    public byte[] Inodes(int group)
    {
        if (!IsInodeBitmapUninit(group))
            return volume.ReadBlock(volume.Groups[group].InodeBitmap);
        return Render(new BlockSet(_geometry.InodesPerGroup), 0, _geometry.InodesPerGroup, _geometry.BlockSize);
    }

    /// <summary>The runs of blocks that a group's bitmap says are in use, as block numbers of the volume.</summary>
    public IEnumerable<(long Start, long Count)> UsedBlocks(int group)
    {
        long start = _geometry.GroupStart(group);
        foreach (var (first, count) in BitRuns.Of(Blocks(group), (int)(_geometry.GroupEnd(group) - start)))
            yield return (start + first, count);
    }

    /// <summary>
    /// Adds the blocks that belong to the volume itself: superblocks, descriptors, their reserve, bitmaps, tables.
    /// </summary>
    public void AddGroupMetadata(BlockSet used)
    {
        for (int group = 0; group < _geometry.GroupCount; group++)
        {
            GroupDescriptor descriptor = volume.Groups[group];
            used.Add(_geometry.GroupStart(group), _geometry.FixedBlocks(group));
            used.Add(descriptor.BlockBitmap);
            used.Add(descriptor.InodeBitmap);
            used.Add(descriptor.InodeTable, _geometry.InodeTableBlocks);
        }
    }

    /// <summary>
    /// Blocks of bitmaps and inode tables that are marked as not initialised: what they hold is ignored, and a table is
    /// cleared before it is used.
    /// </summary>
    public BlockSet Uninitialised()
    {
        var blocks = new BlockSet(_geometry.BlockCount);
        for (int group = 0; group < _geometry.GroupCount; group++)
        {
            GroupDescriptor descriptor = volume.Groups[group];
            if (IsBlockBitmapUninit(group))
                blocks.Add(descriptor.BlockBitmap);
            if (!IsInodeBitmapUninit(group))
                continue;
            blocks.Add(descriptor.InodeBitmap);
            if (!descriptor.Flags.HasFlag(GroupFlags.InodeZeroed))
                blocks.Add(descriptor.InodeTable, _geometry.InodeTableBlocks);
        }

        return blocks;
    }

    /// <summary>
    /// Numbers <paramref name="start"/> to <paramref name="end"/> (exclusive) of a set as a bitmap block, padded with
    /// ones.
    /// </summary>
    public static byte[] Render(BlockSet set, long start, long end, int blockSize)
    {
        var bitmap = new byte[blockSize];
        foreach (var (from, count) in set.Runs(start, end))
            SetBits(bitmap, (int)(from - start), (int)count);
        SetBits(bitmap, (int)(end - start), blockSize * 8 - (int)(end - start));
        return bitmap;
    }

    private static void SetBits(byte[] bitmap, int start, int count)
    {
        for (int bit = start; bit < start + count;)
        {
            if ((bit & 7) == 0 && start + count - bit >= 8)
            {
                bitmap[bit >> 3] = 0xFF;
                bit += 8;
            }
            else
            {
                bitmap[bit >> 3] |= (byte)(1 << (bit & 7));
                bit++;
            }
        }
    }
}
