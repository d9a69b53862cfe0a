using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>Checks single inodes: checksum, mode, map, size, block count; and claims the blocks they own.</summary>
internal sealed class InodeAudit(ExtVolume volume, AuditReport report)
{
    private readonly int _blockSize = volume.Geometry.BlockSize;

    public void Check(InodeNumber number, Inode inode)
    {
        try
        {
            CheckCore(number, inode);
            report.Use.Inodes.Add(number.Value);
            if (inode.IsDirectory)
                report.Use.Directories.Add(number.Value);
            long owned = number == InodeNumber.Resize ? ClaimResizeInode(inode) : ClaimMap(number, inode);
            owned += ClaimXattrBlock(number, inode);
            long units = inode.CountsInBlocks ? owned : owned * (_blockSize / 512);
            report.Compare(number.ToString(), "i_blocks", inode.BlocksCount, units);
        }
        catch (CorruptImageException damage)
        {
            report.Add(damage);
        }
    }

    /// <summary>Compares how many inodes refer to each attribute block with what the block says.</summary>
    public void CheckSharedXattrBlocks()
    {
        foreach (var (block, references) in report.Use.XattrBlocks)
        {
            var header = new XattrBlock(volume.ReadBlock(block));
            report.Compare($"extended attribute block {block}", "h_refcount", header.References, references);
        }
    }

    private void CheckCore(InodeNumber number, Inode inode)
    {
        if (volume.Checksums.Metadata)
        {
            uint expected = volume.Checksums.OfInode(number, inode);
            if (inode.Checksum != expected)
                throw Damaged(number, "i_checksum", $"0x{inode.Checksum:X8}", $"0x{expected:X8}");
        }

        if (number == InodeNumber.BadBlocks)
            throw Damaged(number, "i_block", "a list of bad blocks", "none; 'e2fsck -f -L /dev/null' clears it");
        if (number == InodeNumber.Root && !inode.IsDirectory)
            throw Damaged(number, "i_mode", $"0x{inode.Mode:X4}", "a directory: it is the root");
        if (inode.Kind is not (FileKind.Regular or FileKind.Directory or FileKind.SymbolicLink or FileKind.CharDevice
            or FileKind.BlockDevice or FileKind.Fifo or FileKind.Socket))
            throw Damaged(number, "i_mode", $"0x{inode.Mode:X4}", "one of the seven kinds of files");
        if (inode.DeletionTime != 0)
            throw Damaged(number, "i_dtime", $"{inode.DeletionTime}", "0: the inode is in use");
        if (volume.Geometry.InodeSize > Inode.CoreSize && inode.ExtraSize > volume.Geometry.InodeSize - Inode.CoreSize)
            throw Damaged(number, "i_extra_isize", $"{inode.ExtraSize}",
                $"at most {volume.Geometry.InodeSize - Inode.CoreSize}");
        if (inode.ExtraSize % 4 != 0)
            throw Damaged(number, "i_extra_isize", $"{inode.ExtraSize}", "a multiple of 4");
        if (inode.ObsoleteFragment != 0)
            throw Damaged(number, "i_faddr", $"{inode.ObsoleteFragment}", "0");
        if (inode.Kind == FileKind.SymbolicLink && !inode.HasBlockMap(_blockSize)
            && inode.Block.IndexOf((byte)0) != inode.Size)
            throw Damaged(number, "i_size", $"{inode.Size}",
                $"{inode.Block.IndexOf((byte)0)}, the length of the link's target");
        InodeFlags foreign = inode.Flags & (
            InodeFlags.InlineData | InodeFlags.EaInode | InodeFlags.Encrypted | InodeFlags.Verity | InodeFlags.CaseFolded | InodeFlags.ImagicInode);
        if (foreign != InodeFlags.None)
            throw Damaged(number, "i_flags", $"{foreign}", "no such flag: the volume does not have the feature");
    }

    private long ClaimMap(InodeNumber number, Inode inode)
    {
        if (!inode.HasBlockMap(_blockSize))
            return 0;
        BlockMap map = BlockMap.Read(volume, number, inode);
        foreach (MapNode node in map.Nodes)
            Claim(number, node.Block, 1);
        foreach (Extent extent in map.Extents)
            Claim(number, extent.Physical, extent.Length);
        CheckSize(number, inode, map);
        return map.BlockCount;
    }

    private void CheckSize(InodeNumber number, Inode inode, BlockMap map)
    {
        long largest = _blockSize * (1L << 32);
        if (inode.Size > largest)
            throw Damaged(number, "i_size", $"{inode.Size}", $"at most {largest}: 2^32 blocks");
        long sizeInBlocks = (inode.Size + _blockSize - 1) / _blockSize;
        long end = map.Extents.FindLast(extent => !extent.Unwritten).LogicalEnd;
        if (inode.Size < 0 || end > sizeInBlocks)
            throw Damaged(number, "i_size", $"{inode.Size}",
                $"more than {(end - 1) * _blockSize}, up to where blocks are mapped");
        if (!inode.IsDirectory)
            return;
        long mapped = map.Extents.Sum(extent => (long)extent.Length);
        if (inode.Size == 0 || inode.Size % _blockSize != 0 || mapped != sizeInBlocks
            || map.Extents.Exists(extent => extent.Unwritten))
            throw Damaged(number, "i_size", $"{inode.Size}", $"{mapped * _blockSize}: a directory has no holes");
    }

    private long ClaimXattrBlock(InodeNumber number, Inode inode)
    {
        long block = inode.XattrBlock;
        if (block == 0)
            return 0;
        if (report.Use.XattrBlocks.TryGetValue(block, out int references))
        {
            report.Use.XattrBlocks[block] = references + 1;
            return 1;
        }

        if (!volume.IsInside(block))
            throw Damaged(number, "i_file_acl", $"{block}",
                $"inside the volume of {volume.Geometry.BlockCount} blocks");
        Claim(number, block, 1);
        byte[] bytes = volume.ReadBlock(block);
        var header = new XattrBlock(bytes);
        string structure = $"extended attribute block {block}";
        if (header.Magic != XattrBlock.ExpectedMagic || header.Blocks != 1)
            report.Add(new Finding(structure, "h_magic and h_blocks", $"0x{header.Magic:X8} and {header.Blocks}",
                $"0x{XattrBlock.ExpectedMagic:X8} and 1"));
        else if (volume.Checksums.Metadata)
            report.Compare(structure, "h_checksum", header.Checksum, volume.Checksums.OfXattrBlock(block, bytes));
        report.Use.XattrBlocks.Add(block, 1);
        return 1;
    }

    /// <summary>
    /// Inode 7 owns one block of its own; the blocks that one points to are the reserve behind the descriptors.
    /// </summary>
    private long ClaimResizeInode(Inode inode)
    {
        if (!volume.Superblock.Compat.HasFlag(CompatFeatures.ResizeInode))
            return ClaimMap(InodeNumber.Resize, inode);
        var resize = new ResizeInode(volume.Geometry);
        long root = ResizeInode.RootBlock(inode);
        if (!volume.IsInside(root))
            throw Damaged(InodeNumber.Resize, "i_block[13]", $"{root}",
                $"inside the volume of {volume.Geometry.BlockCount} blocks");
        Claim(InodeNumber.Resize, root, 1);
        foreach (var (block, expected) in resize.Blocks(root))
        {
            if (!volume.ReadBlock(block).AsSpan().SequenceEqual(expected))
                throw Damaged(InodeNumber.Resize, $"block {block}", "not the map of the reserved descriptor blocks",
                    "that map");
        }

        return resize.OwnedBlocks;
    }

    private void Claim(InodeNumber number, long start, long count)
    {
        if (!report.Use.TryClaim(start, count))
            throw Damaged(number, $"block {start}{(count > 1 ? $" to {start + count - 1}" : "")}",
                "used by another inode or structure too", "a block of its own");
    }

    private static CorruptImageException Damaged(InodeNumber number, string place, string found, string expected) =>
        new(new Finding(number.ToString(), place, found, expected), ExtVolume.RepairAdvice);
}
