using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>Checks single inodes: checksum, mode, map, size, block count; and claims the blocks they own.</summary>
internal sealed class InodeAudit
{
    private readonly ExtVolume _volume;
    private readonly AuditReport _report;
    private readonly int _blockSize;
    private readonly InodeFieldAudit _fields;
    private readonly EaInodeAudit _values;
    private readonly XattrAudit _attributes;

    public InodeAudit(ExtVolume volume, AuditReport report)
    {
        (_volume, _report, _blockSize) = (volume, report, volume.Geometry.BlockSize);
        _fields = new InodeFieldAudit(volume, report);
        _values = new EaInodeAudit(volume, report);
        _attributes = new XattrAudit(volume, report, _values);
    }

    public void Check(InodeNumber number, Inode inode)
    {
        try
        {
            CheckChecksum(number, inode);
            _fields.Check(number, inode);
            _report.Use.Inodes.Add(number.Value);
            if (inode.IsDirectory)
                _report.Use.Directories.Add(number.Value);
            if (inode.IsEaInode)
                _values.Register(number, inode);
            long owned = number == InodeNumber.Resize ? ClaimResizeInode(inode) : ClaimMap(number, inode);
            owned += _attributes.Check(number, inode);
            long units = inode.CountsInBlocks ? owned : owned * (_blockSize / 512);
            _report.Compare(number.ToString(), "i_blocks", inode.BlocksCount, units);
        }
        catch (CorruptImageException damage)
        {
            _report.Add(damage);
        }
    }

    /// <summary>Checks what shows only when all inodes were seen: how often attributes are shared.</summary>
    public void CheckShared() => _attributes.CheckReferences();

    private void CheckChecksum(InodeNumber number, Inode inode)
    {
        if (!_volume.Checksums.Metadata)
            return;
        uint expected = _volume.Checksums.OfInode(number, inode);
        if (inode.Checksum != expected)
            throw ExtDamage.In(number, "i_checksum", $"0x{inode.Checksum:X8}", $"0x{expected:X8}");
    }

    private long ClaimMap(InodeNumber number, Inode inode)
    {
        if (!inode.HasBlockMap)
        {
            if (inode.HasInlineData)
                InlineDataAudit.Check(number, inode);
            if (inode.Kind == FileKind.SymbolicLink)
                CheckLink(number, inode, inode.HasInlineData ? [.. InlineData.Read(number, inode), 0] : inode.Block);
            return 0;
        }

        BlockMap map = BlockMap.Read(_volume, number, inode);
        foreach (MapNode node in map.Nodes)
            _report.Claim(number, node.Block, 1);
        foreach (Extent extent in map.Extents)
            _report.Claim(number, extent.Physical, extent.Length);
        CheckSize(number, inode, map);
        return map.BlockCount;
    }

    private void CheckSize(InodeNumber number, Inode inode, BlockMap map)
    {
        long largest = inode.HasExtents ? ExtentTree.MostBlocks * _blockSize - 1
            : IndirectMap.MostBlocks(_blockSize) * _blockSize;
        if (inode.Size > largest)
            throw ExtDamage.In(number, "i_size", $"{inode.Size}", $"at most {largest}, the most that can be mapped");
        long sizeInBlocks = (inode.Size + _blockSize - 1) / _blockSize;
        long end = map.Extents.FindLast(extent => !extent.Unwritten).LogicalEnd;
        // The last block may lie just behind the end; what the tree of verity hashes fills does.
        bool isBeyond = inode.Size < (end - 1) * _blockSize && !inode.Flags.HasFlag(InodeFlags.Verity);
        if (inode.Size < 0 || isBeyond)
            throw ExtDamage.In(number, "i_size", $"{inode.Size}",
                $"at least {Math.Max(0, end - 1) * _blockSize}, up to where blocks are mapped");
        if (inode.Kind == FileKind.Regular && inode.Size > int.MaxValue
            && !_volume.Superblock.ReadOnly.HasFlag(ReadOnlyFeatures.LargeFile))
            _report.AddRemark(new Finding(number.ToString(), "i_size", $"{inode.Size}",
                $"at most {int.MaxValue} without the feature 'large_file'"));
        if (inode.Kind == FileKind.SymbolicLink)
            CheckLink(number, inode, end == 1 ? _volume.ReadBlock(map.Extents[0].Physical) : []);
        if (!inode.IsDirectory)
            return;
        long mapped = map.Extents.Sum(extent => (long)extent.Length);
        if (inode.Size == 0 || inode.Size % _blockSize != 0 || mapped != sizeInBlocks
            || map.Extents.Exists(extent => extent.Unwritten))
            throw ExtDamage.In(number, "i_size", $"{inode.Size}", $"{mapped * _blockSize}: a directory has no holes");
    }

    /// <summary>A link's size is the length of its target, behind which there is a zero.</summary>
    private static void CheckLink(InodeNumber number, Inode inode, ReadOnlySpan<byte> target)
    {
        int length = target.IndexOf((byte)0);
        // The target of an encrypted one may hold any bytes.
        bool possible = inode.Flags.HasFlag(InodeFlags.Encrypted) ? inode.Size < target.Length : inode.Size == length;
        if (!possible || inode.Size == 0)
            throw ExtDamage.In(number, "i_size", $"{inode.Size}", $"{length}, the length of the link's target");
    }

    /// <summary>
    /// Inode 7 owns one block of its own; the blocks that one points to are the reserve behind the descriptors.
    /// </summary>
    private long ClaimResizeInode(Inode inode)
    {
        if (!_volume.Superblock.Compat.HasFlag(CompatFeatures.ResizeInode))
            return ClaimMap(InodeNumber.Resize, inode);
        var resize = new ResizeInode(_volume.Geometry);
        long root = ResizeInode.RootBlock(inode);
        if (!_volume.IsInside(root))
            throw ExtDamage.In(InodeNumber.Resize, "i_block[13]", $"{root}",
                $"inside the volume of {_volume.Geometry.BlockCount} blocks");
        if (inode.Size != ResizeInode.SizeFor(_blockSize))
            _report.AddRemark(new Finding(InodeNumber.Resize.ToString(), "i_size", $"{inode.Size}",
                $"{ResizeInode.SizeFor(_blockSize)}, up to the end of what i_block[13] maps"));
        if (!ResizeInode.HasOnlyRoot(inode))
            throw ExtDamage.In(InodeNumber.Resize, "i_block", "more than one pointer", "i_block[13] alone");
        _report.Claim(InodeNumber.Resize, root, 1);
        foreach (var (block, expected) in resize.Blocks(root))
        {
            if (!_volume.ReadBlock(block).AsSpan().SequenceEqual(expected))
                throw ExtDamage.In(InodeNumber.Resize, $"block {block}", "not the map of the reserved descriptor blocks",
                    "that map");
        }

        return resize.OwnedBlocks;
    }
}
