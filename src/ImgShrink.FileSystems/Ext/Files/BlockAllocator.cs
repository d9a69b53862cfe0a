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
    private readonly Bitmaps _stored = new(volume);
    private readonly Dictionary<int, AllocationBitmap> _bitmaps = [];

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
            Open(group).Clear((int)(start - _geometry.GroupStart(group)), length, $"block bitmap of group {group}");
            AddFree(group, length);
            _firstGroup = Math.Min(_firstGroup, group);
            start += length;
            count -= length;
        }
    }

    /// <summary>
    /// Stores the bitmaps that changed, and their checksums in the descriptors; not the descriptors themselves.
    /// </summary>
    public void Flush()
    {
        foreach (var (group, bitmap) in _bitmaps.Where(open => open.Value.Changed))
        {
            GroupDescriptor descriptor = volume.Groups[group];
            volume.WriteBlock(descriptor.BlockBitmap, bitmap.Bytes);
            if (volume.Checksums.Metadata)
                descriptor.BlockBitmapChecksum = volume.Checksums.Bitmap(
                    bitmap.Bytes, _geometry.BlocksPerGroup, _geometry.DescriptorSize);
            bitmap.Changed = false;
        }
    }

    private (long Start, int Length) AllocateRun(int wanted)
    {
        var best = (Group: -1, Start: 0, Length: 0);
        int compared = 0;
        for (int group = _firstGroup; group < _geometry.GroupCount && compared < GroupsToCompare
            && best.Length < wanted; group++)
        {
            var (start, length) = volume.Groups[group].FreeBlocks == 0 ? (0, 0) : Open(group).FindRun(wanted);
            if (length == 0)
                continue;
            if (compared++ == 0)
                _firstGroup = group;
            if (length > best.Length)
                best = (group, start, length);
        }

        if (best.Group < 0)
            throw new CorruptImageException(
                new Finding("ext superblock", "s_free_blocks_count", $"{FreeBlocks}",
                    "0, for no bitmap has a free block"), ExtVolume.RepairAdvice);
        Open(best.Group).Set(best.Start, best.Length);
        AddFree(best.Group, -best.Length);
        return (_geometry.GroupStart(best.Group) + best.Start, best.Length);
    }

    private void AddFree(int group, int count)
    {
        GroupDescriptor descriptor = volume.Groups[group];
        if (descriptor.FreeBlocks + (long)count is < 0 or > int.MaxValue)
            throw new CorruptImageException(
                new Finding($"descriptor of block group {group}", "bg_free_blocks_count", $"{descriptor.FreeBlocks}",
                    $"at least {-count}, as in its bitmap"), ExtVolume.RepairAdvice);
        descriptor.FreeBlocks = (uint)(descriptor.FreeBlocks + count);
        // A bitmap that was worked out becomes a stored one with its first change.
        descriptor.Flags &= ~GroupFlags.BlockUninit;
        Superblock superblock = volume.Superblock;
        superblock.FreeBlocks += count;
    }

    private AllocationBitmap Open(int group)
    {
        if (_bitmaps.TryGetValue(group, out AllocationBitmap? open))
            return open;
        GroupDescriptor descriptor = volume.Groups[group];
        if (!volume.IsInside(descriptor.BlockBitmap))
            throw Damaged(group, "bg_block_bitmap", descriptor.BlockBitmap, "a block of the volume");
        byte[] bytes = _stored.Blocks(group);
        uint checksum = volume.Checksums.Bitmap(bytes, _geometry.BlocksPerGroup, _geometry.DescriptorSize);
        if (volume.Checksums.Metadata && !_stored.IsBlockBitmapUninit(group)
            && checksum != descriptor.BlockBitmapChecksum)
            throw Damaged(group, "bg_block_bitmap_csum", descriptor.BlockBitmapChecksum, $"{checksum}");
        var bitmap = new AllocationBitmap(bytes, (int)(_geometry.GroupEnd(group) - _geometry.GroupStart(group)));
        _bitmaps.Add(group, bitmap);
        return bitmap;
    }

    private static CorruptImageException Damaged(int group, string place, long found, string expected) =>
        new(new Finding($"descriptor of block group {group}", place, $"{found}", expected), ExtVolume.RepairAdvice);
}
