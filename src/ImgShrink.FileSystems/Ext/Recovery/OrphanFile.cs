using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Recovery;

/// <summary>Inodes whose deletion or truncation is not finished, in the slots of a file of their own.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Orphan file".</remarks>
internal sealed class OrphanFile
{
    private readonly ExtVolume _volume;
    private readonly BlockMap _map;
    private readonly uint _seed;

    /// <summary>Opens the orphan file of a volume that has the feature.</summary>
    /// <exception cref="CorruptImageException">s_orphan_file_inum leads to no regular file.</exception>
    public OrphanFile(ExtVolume volume)
    {
        var number = new InodeNumber(volume.Superblock.OrphanFileInode);
        var inode = new Inode(volume.ReadUsedInode(number));
        if (inode.Kind != FileKind.Regular)
            throw ExtDamage.In(number, "i_mode", $"0x{inode.Mode:X4}", "a regular file: s_orphan_file_inum names it");
        (_volume, _map) = (volume, BlockMap.Read(volume, number, inode));
        _seed = volume.Checksums.InodeSeed(number, inode.Generation);
    }

    /// <summary>The inodes in its slots.</summary>
    /// <exception cref="CorruptImageException">A block of it is damaged.</exception>
    public IEnumerable<InodeNumber> Read()
    {
        foreach (long place in Places())
        {
            byte[] bytes = _volume.ReadBlock(place);
            Check(place, new OrphanBlock(bytes));
            for (int slot = 0; slot < new OrphanBlock(bytes).SlotCount; slot++)
            {
                if (new OrphanBlock(bytes)[slot] is not 0 and uint number)
                    yield return new InodeNumber(number);
            }
        }
    }

    /// <summary>Empties all slots.</summary>
    public void Clear()
    {
        foreach (long place in Places())
        {
            byte[] bytes = _volume.ReadBlock(place);
            var block = new OrphanBlock(bytes);
            if (!block.Slots.ContainsAnyExcept((byte)0))
                continue;
            block.Slots.Clear();
            if (_volume.Checksums.Metadata)
                block.Checksum = ExtChecksums.OfOrphanBlock(_seed, place, bytes);
            _volume.WriteBlock(place, bytes);
        }
    }

    private void Check(long place, OrphanBlock block)
    {
        if (block.Magic != OrphanBlock.ExpectedMagic)
            throw Damaged(place, "ob_magic", block.Magic, OrphanBlock.ExpectedMagic);
        uint expected = ExtChecksums.OfOrphanBlock(_seed, place, block.Bytes);
        if (_volume.Checksums.Metadata && block.Checksum != expected)
            throw Damaged(place, "ob_checksum", block.Checksum, expected);
    }

    private IEnumerable<long> Places()
    {
        foreach (Extent extent in _map.Extents)
        {
            for (long place = extent.Physical; place < extent.PhysicalEnd; place++)
                yield return place;
        }
    }

    private static CorruptImageException Damaged(long place, string field, uint found, uint expected) =>
        ExtDamage.In($"orphan file, block {place}", field, $"0x{found:X8}", $"0x{expected:X8}");
}
