using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Allocates and frees inode numbers; always the lowest one, which a shrink leaves where it is.</summary>
/// <remarks>Nothing but zeroed slots is stored before <see cref="Flush"/>.</remarks>
internal sealed class InodeAllocator(ExtVolume volume)
{
    private readonly ExtGeometry _geometry = volume.Geometry;
    private readonly InodeBitmaps _bitmaps = new(volume);

    // No group before this one has a free inode.
    private int _firstGroup;

    /// <summary>Allocates a number; its slot in the table is for the caller to fill.</summary>
    /// <exception cref="NotEnoughSpaceException">All inodes are in use.</exception>
    public InodeNumber Allocate(bool directory)
    {
        while (_firstGroup < _geometry.GroupCount && volume.Groups[_firstGroup].FreeInodes == 0)
            _firstGroup++;
        if (_firstGroup == _geometry.GroupCount)
            throw new NotEnoughSpaceException(
                $"All {_geometry.InodeCount} inodes of the volume are in use: it can hold no more files.");
        int group = _firstGroup;
        long table = volume.Groups[group].InodeTable;
        if (!volume.IsInside(table, _geometry.InodeTableBlocks))
            throw Damaged(group, "bg_inode_table", table, "inside the volume");
        AllocationBitmap bitmap = _bitmaps[group];
        int reserved = (int)Math.Clamp(
            _geometry.FirstInode - 1 - (long)group * _geometry.InodesPerGroup, 0, _geometry.InodesPerGroup);
        int slot = bitmap.NextFree(reserved);
        if (slot < 0)
            throw Damaged(group, "bg_free_inodes_count", volume.Groups[group].FreeInodes,
                "0, for its bitmap has no free inode");
        bitmap.Set(slot, 1);
        Initialise(group, slot);
        Count(group, -1, directory);
        return new InodeNumber((uint)((long)group * _geometry.InodesPerGroup + slot + 1));
    }

    /// <summary>Frees a number and wipes its slot.</summary>
    /// <exception cref="CorruptImageException">It was not allocated.</exception>
    public void Free(InodeNumber number, bool directory)
    {
        var (group, slot) = _geometry.SlotOf(number);
        _bitmaps[group].Clear(slot, 1, $"inode bitmap of group {group}");
        volume.Store.Write(volume.InodeAddress(number), new byte[_geometry.InodeSize]);
        Count(group, 1, directory);
        _firstGroup = Math.Min(_firstGroup, group);
    }

    /// <inheritdoc cref="GroupBitmaps.Flush"/>
    public void Flush() => _bitmaps.Flush();

    /// <summary>
    /// Moves the border of the table that may be read behind a slot; what lay beyond it may be anything.
    /// </summary>
    private void Initialise(int group, int slot)
    {
        if (!volume.Checksums.Groups)
            return;
        int initialised = volume.InitialisedInodes(group);
        GroupDescriptor descriptor = volume.Groups[group];
        descriptor.Flags &= ~GroupFlags.InodeUninit;
        if (slot < initialised)
            return;
        long at = descriptor.InodeTable * _geometry.BlockSize + (long)initialised * _geometry.InodeSize;
        volume.Store.Write(at, new byte[(slot + 1 - initialised) * _geometry.InodeSize]);
        descriptor.UnusedInodes = (uint)(_geometry.InodesPerGroup - 1 - slot);
    }

    private void Count(int group, int free, bool directory)
    {
        GroupDescriptor descriptor = volume.Groups[group];
        Superblock superblock = volume.Superblock;
        string structure = $"descriptor of block group {group}";
        long inGroup = FreeCount.Change(
            structure, "bg_free_inodes_count", descriptor.FreeInodes, free, _geometry.InodesPerGroup);
        long directories = FreeCount.Change(
            structure, "bg_used_dirs_count", descriptor.UsedDirs, directory ? -free : 0, _geometry.InodesPerGroup);
        superblock.FreeInodes = (uint)FreeCount.Change(
            "ext superblock", "s_free_inodes_count", superblock.FreeInodes, free, _geometry.InodeCount);
        (descriptor.FreeInodes, descriptor.UsedDirs) = ((uint)inGroup, (uint)directories);
    }

    private static CorruptImageException Damaged(int group, string place, long found, string expected) =>
        ExtDamage.In($"descriptor of block group {group}", place, $"{found}", expected);
}
