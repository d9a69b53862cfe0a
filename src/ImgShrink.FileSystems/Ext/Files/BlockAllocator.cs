using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>
/// Allocates and frees blocks of a volume; always as low as possible, so that little stands in the way of a shrink.
/// </summary>
/// <remarks>The blocks reserved for root are given out, too. Nothing is stored before <see cref="Flush"/>.</remarks>
internal sealed class BlockAllocator(ExtVolume volume)
{
    // A run that is long enough is worth going this many groups up, and no more.
    private const int GroupsToCompare = 4;

    private readonly ExtGeometry _geometry = volume.Geometry;
    private readonly BlockBitmaps _bitmaps = new(volume);

    // No group before this one has a free block.
    private int _firstGroup;

    /// <summary>Blocks that are free on the whole volume.</summary>
    public long FreeBlocks => volume.Superblock.FreeBlocks;

    /// <summary>Allocates blocks, in as few runs as is reasonable.</summary>
    /// <returns>The runs, in no particular order.</returns>
    /// <exception cref="NotEnoughSpaceException">There are fewer free blocks; nothing was allocated.</exception>
    public List<(long Start, int Count)> Allocate(long count)
    {
        if (count > FreeBlocks)
            throw new NotEnoughSpaceException(
                $"The volume has {FreeBlocks} free blocks of {_geometry.BlockSize} bytes, {count} are needed.");
        var runs = new List<(long, int)>();
        while (count > 0)
        {
            var (start, length) = AllocateRun((int)Math.Min(count, _geometry.BlocksPerGroup));
            runs.Add((start, length));
            count -= length;
        }

        return runs;
    }

    /// <summary>Frees a run of blocks.</summary>
    /// <exception cref="CorruptImageException">A block was not allocated.</exception>
    public void Free(long start, long count)
    {
        while (count > 0)
        {
            int group = _geometry.GroupOf(start);
            int length = (int)Math.Min(count, _geometry.GroupEnd(group) - start);
            _bitmaps[group].Clear((int)(start - _geometry.GroupStart(group)), length, $"block bitmap of group {group}");
            AddFree(group, length);
            _firstGroup = Math.Min(_firstGroup, group);
            start += length;
            count -= length;
        }
    }

    /// <inheritdoc cref="GroupBitmaps.Flush"/>
    public void Flush() => _bitmaps.Flush();

    private (long Start, int Length) AllocateRun(int wanted)
    {
        var best = (Group: -1, Start: 0, Length: 0);
        int compared = 0;
        for (int group = _firstGroup; group < _geometry.GroupCount && compared < GroupsToCompare
            && best.Length < wanted; group++)
        {
            var (start, length) = volume.Groups[group].FreeBlocks == 0 ? (0, 0) : _bitmaps[group].FindRun(wanted);
            if (length == 0)
                continue;
            if (compared++ == 0)
                _firstGroup = group;
            if (length > best.Length)
                best = (group, start, length);
        }

        if (best.Group < 0)
            throw ExtDamage.In("ext superblock", "s_free_blocks_count", $"{FreeBlocks}",
                "0, for no bitmap has a free block");
        _bitmaps[best.Group].Set(best.Start, best.Length);
        AddFree(best.Group, -best.Length);
        return (_geometry.GroupStart(best.Group) + best.Start, best.Length);
    }

    private void AddFree(int group, int count)
    {
        GroupDescriptor descriptor = volume.Groups[group];
        Superblock superblock = volume.Superblock;
        long inGroup = FreeCount.Change(
            $"descriptor of block group {group}", "bg_free_blocks_count", descriptor.FreeBlocks, count, _geometry.BlocksPerGroup);
        superblock.FreeBlocks = FreeCount.Change(
            "ext superblock", "s_free_blocks_count", superblock.FreeBlocks, count, _geometry.BlockCount);
        descriptor.FreeBlocks = (uint)inGroup;
        // A bitmap that was worked out becomes a stored one with its first change.
        descriptor.Flags &= ~GroupFlags.BlockUninit;
    }
}
