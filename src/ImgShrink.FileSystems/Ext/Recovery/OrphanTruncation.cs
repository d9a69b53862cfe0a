using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Recovery;

/// <summary>Cuts a file to the size that its inode has already: blocks behind it are freed.</summary>
internal sealed class OrphanTruncation(ExtVolume volume, BlockAllocator blocks)
{
    private const InodeFlags NotUnderstood = InodeFlags.Verity | InodeFlags.InlineData | InodeFlags.EaInode;

    private readonly MapWriter _maps = new(volume, blocks);
    private readonly int _blockSize = volume.Geometry.BlockSize;

    /// <summary>Cuts one file, and stores its inode.</summary>
    /// <exception cref="CorruptImageException">Its map is damaged.</exception>
    /// <exception cref="UnsupportedImageException">Its blocks do not end where its size ends.</exception>
    public void Finish(InodeNumber number, Inode inode)
    {
        // What is behind the end of an encrypted block cannot be set to zero without the key.
        bool cutsEncrypted = inode.Flags.HasFlag(InodeFlags.Encrypted) && inode.Size % _blockSize != 0;
        InodeFlags refused = inode.Flags & (cutsEncrypted ? NotUnderstood | InodeFlags.Encrypted : NotUnderstood);
        if (refused != InodeFlags.None)
            throw new UnsupportedImageException(
                $"The truncation of {number} was interrupted, and it has the flag {refused}: that is not handled. "
                + RecoveryAdvice.MountOnce);
        if (inode.HasBlockMap)
            Cut(number, inode);
        inode.DeletionTime = 0; // It was a link of the orphan list.
        volume.WriteInode(number, inode);
    }

    private void Cut(InodeNumber number, Inode inode)
    {
        if (inode.Size < 0)
            throw ExtDamage.In(number, "i_size", $"{inode.Size}", "0 or more");
        BlockMap map = BlockMap.Read(volume, number, inode);
        long end = inode.Size / _blockSize + (inode.Size % _blockSize == 0 ? 0 : 1);
        var kept = new List<Extent>();
        foreach (Extent extent in map.Extents)
        {
            int length = (int)Math.Clamp(end - extent.Logical, 0, extent.Length);
            if (length > 0)
                kept.Add(extent with { Length = length });
            if (length < extent.Length)
                blocks.Free(extent.Physical + length, extent.Length - length);
        }

        ClearBehindEnd(inode, kept);
        if (!kept.SequenceEqual(map.Extents) || !inode.HasExtents)
            _maps.Store(number, inode, kept, map.Nodes);
    }

    /// <summary>What is behind the end of the file in its last block would show when the file grows.</summary>
    private void ClearBehindEnd(Inode inode, List<Extent> kept)
    {
        int used = (int)(inode.Size % _blockSize);
        if (used == 0 || kept.Count == 0 || kept[^1].Unwritten || kept[^1].LogicalEnd != inode.Size / _blockSize + 1)
            return;
        long last = kept[^1].PhysicalEnd - 1;
        byte[] bytes = volume.ReadBlock(last);
        if (!bytes.AsSpan(used).ContainsAnyExcept((byte)0))
            return;
        bytes.AsSpan(used).Clear();
        volume.WriteBlock(last, bytes);
    }
}
