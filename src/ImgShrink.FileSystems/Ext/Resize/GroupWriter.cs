using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>Writes what follows from all the rest: bitmaps, group descriptors, superblocks, and their copies.</summary>
/// <remarks>Every count is taken from the final maps; nothing is carried over from the old ones.</remarks>
internal sealed class GroupWriter
{
    private readonly ExtVolume _patched;
    private readonly ResizeLayout _layout;
    private readonly ExtGeometry _target;
    private readonly TargetContent _content;
    private readonly WriteOverlay _view;
    private readonly GroupTable _groups;
    private readonly BlockSet _inodes;
    private readonly BlockSet _directories;

    private GroupWriter(ExtVolume patched, ResizeLayout layout, TargetContent content, WriteOverlay view)
    {
        (_patched, _layout, _target, _content, _view) = (patched, layout, layout.Target, content, view);
        _groups = new GroupTable(_target);
        _inodes = new BlockSet(_target.InodeCount + 1L);
        _directories = new BlockSet(_target.InodeCount + 1L);
    }

    public static void Write(ExtVolume patched, VolumeUse use, ResizeLayout layout, TargetContent content,
        WriteOverlay view)
    {
        var writer = new GroupWriter(patched, layout, content, view);
        writer.RenumberInodes(use);
        long freeBlocks = 0, freeInodes = 0;
        for (int group = 0; group < layout.Target.GroupCount; group++)
        {
            var (blocks, inodes) = writer.WriteGroup(group);
            (freeBlocks, freeInodes) = (freeBlocks + blocks, freeInodes + inodes);
        }

        writer.WriteSuperblocks(freeBlocks, (uint)freeInodes);
    }

    private void RenumberInodes(VolumeUse use)
    {
        Renumber(use.Inodes, _inodes);
        Renumber(use.Directories, _directories);
    }

    private void Renumber(BlockSet inodes, BlockSet into)
    {
        foreach (var (start, count) in inodes.Runs(0, inodes.Length))
        {
            for (long number = start; number < start + count; number++)
                into.Add(_layout.Inodes[(uint)number]);
        }
    }

    private (long FreeBlocks, long FreeInodes) WriteGroup(int group)
    {
        GroupTables tables = _layout.Tables.Tables[group];
        long start = _target.GroupStart(group), end = _target.GroupEnd(group);
        long firstInode = (long)group * _target.InodesPerGroup + 1;
        long endInode = firstInode + _target.InodesPerGroup;
        byte[] blockBitmap = RenderBlocks(start, end, out long usedBlocks);
        byte[] inodeBitmap = Bitmaps.Render(_inodes, firstInode, endInode, _target.BlockSize);
        GroupFlags flags = FlagsOf(group, usedBlocks);

        if (!IsNew(group))
            _patched.Groups[group].Bytes.CopyTo(_groups[group].Bytes);
        long freeInodes = _target.InodesPerGroup - _inodes.CountIn(firstInode, _target.InodesPerGroup);
        GroupDescriptor descriptor = _groups[group];
        descriptor.BlockBitmap = tables.BlockBitmap;
        descriptor.InodeBitmap = tables.InodeBitmap;
        descriptor.InodeTable = tables.InodeTable;
        descriptor.FreeBlocks = (uint)(end - start - usedBlocks);
        descriptor.FreeInodes = (uint)freeInodes;
        descriptor.UsedDirs = (uint)_directories.CountIn(firstInode, _target.InodesPerGroup);
        descriptor.Flags = flags;
        descriptor.UnusedInodes = _patched.Checksums.Groups ? (uint)UnusedAtEnd(firstInode, endInode) : 0;
        uint blockSum = 0, inodeSum = 0;
        if (!flags.HasFlag(GroupFlags.BlockUninit))
            blockSum = PutBitmap(tables.BlockBitmap, blockBitmap, _target.BlocksPerGroup);
        if (!flags.HasFlag(GroupFlags.InodeUninit))
            inodeSum = PutBitmap(tables.InodeBitmap, inodeBitmap, _target.InodesPerGroup);
        if (_patched.Checksums.Metadata)
            (descriptor.BlockBitmapChecksum, descriptor.InodeBitmapChecksum) = (blockSum, inodeSum);
        if (_patched.Checksums.Groups)
            descriptor.Checksum = _patched.Checksums.Descriptor(group, descriptor);
        return (end - start - usedBlocks, freeInodes);
    }

    private bool IsNew(int group) => group >= _patched.Groups.Count;

    /// <summary>
    /// Of the groups that there were, all that is not in use is written as zeros, so the tables are initialised and no
    /// bitmap is left to be worked out. New ones are left to the kernel, which clears their tables in the background.
    /// </summary>
    /// <remarks>The bitmap that the kernel works out has the group's own tables, and not those of other groups.</remarks>
    private GroupFlags FlagsOf(int group, long usedBlocks)
    {
        if (!_patched.Checksums.Groups)
            return GroupFlags.None;
        if (!IsNew(group))
            return GroupFlags.InodeZeroed;
        bool isPlain = group < _target.GroupCount - 1 && _target.FixedBlocks(group) == 0
            && usedBlocks == _layout.Tables.OwnBlocksIn(group);
        return GroupFlags.InodeUninit | (isPlain ? GroupFlags.BlockUninit : GroupFlags.None);
    }

    private uint PutBitmap(long block, byte[] bitmap, int bits)
    {
        Put(block, bitmap);
        return _patched.Checksums.Bitmap(bitmap, bits, _target.DescriptorSize);
    }

    private byte[] RenderBlocks(long start, long end, out long used)
    {
        var inUse = new BlockSet(end - start);
        foreach (BlockSet part in (BlockSet[])[_layout.Tables.Reserved, _content.Owned])
        {
            foreach (var (from, count) in part.Runs(start, end))
                inUse.Add(from - start, count);
        }

        int group = _target.GroupOf(start);
        if (_target.SpareBlocks(group) is int spare and > 0)
            inUse.Remove(_target.FixedBlocks(group), spare);
        used = inUse.Count;
        return Bitmaps.Render(inUse, 0, end - start, _target.BlockSize);
    }

    private long UnusedAtEnd(long firstInode, long endInode)
    {
        long highest = firstInode - 1;
        foreach (var (start, count) in _inodes.Runs(firstInode, endInode))
            highest = start + count - 1;
        return endInode - 1 - highest;
    }

    private void WriteSuperblocks(long freeBlocks, uint freeInodes)
    {
        var bytes = new byte[Superblock.Size];
        Superblock superblock = UpdateSuperblock(bytes, freeBlocks, freeInodes);
        foreach (int group in _target.SuperblockGroups())
        {
            superblock.GroupNumber = (ushort)Math.Min(group, ushort.MaxValue);
            if (group > 0)
                superblock.State &= unchecked((ushort)~FsState.CleanlyUnmounted);
            if (_patched.Checksums.Metadata)
                superblock.Checksum = superblock.ComputeChecksum();
            PutSuperblock(group, bytes);
        }

        for (int i = 0; i < _target.DescriptorBlocks; i++)
        {
            foreach (long copy in _target.DescriptorCopies(i))
                Put(copy, _groups.Bytes.Slice(i * _target.BlockSize, _target.BlockSize));
        }
    }

    private void PutSuperblock(int group, byte[] superblock)
    {
        if (group == 0)
        {
            _content.Live.Add(0, _target.FirstDataBlock + 1);
            _view.Write(Superblock.Offset, superblock);
        }
        else
        {
            var block = new byte[_target.BlockSize];
            superblock.CopyTo(block, 0);
            Put(_target.GroupStart(group), block);
        }
    }

    private Superblock UpdateSuperblock(byte[] bytes, long freeBlocks, uint freeInodes)
    {
        _patched.Superblock.CopyTo(bytes);
        var superblock = new Superblock(bytes)
        {
            InodesCount = _target.InodeCount,
            BlocksCount = _target.BlockCount,
            ReservedBlocks = (long)(_patched.Superblock.ReservedBlocks * (
                Int128)_target.BlockCount / _patched.Geometry.BlockCount),
            FreeBlocks = freeBlocks,
            FreeInodes = freeInodes,
            ReservedGdtBlocks = (ushort)_target.ReservedGdtBlocks,
            OverheadClusters = 0, // the kernel counts it anew
            JournalInode = _layout.Inodes[_patched.Superblock.JournalInode],
            OrphanFileInode = _layout.Inodes[_patched.Superblock.OrphanFileInode],
            LostAndFoundInode = _layout.Inodes[_patched.Superblock.LostAndFoundInode],
        };
        if (superblock.ReadOnly.HasFlag(ReadOnlyFeatures.Quota))
        {
            superblock.UserQuotaInode = _layout.Inodes[superblock.UserQuotaInode];
            superblock.GroupQuotaInode = _layout.Inodes[superblock.GroupQuotaInode];
            superblock.ProjectQuotaInode = _layout.Inodes[superblock.ProjectQuotaInode];
        }

        if (_target.FirstMetaBg is { } first)
            superblock.FirstMetaBg = (uint)first;
        if (_target.BackupGroups is { } backups)
            superblock.BackupGroups = ((uint)backups.First, (uint)backups.Second);
        if (superblock.Incompat.HasFlag(IncompatFeatures.MultiMountProtection))
            superblock.MmpBlock = _layout.Relocations.Target(superblock.MmpBlock);
        return superblock;
    }

    private void Put(long block, ReadOnlySpan<byte> bytes)
    {
        _content.Live.Add(block);
        _view.Write(block * _target.BlockSize, bytes);
    }
}
