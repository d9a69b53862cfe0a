using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Journal;

/// <summary>The journal as a row of blocks, wherever they lie on the volume.</summary>
internal sealed class JournalFile
{
    private readonly ExtVolume _volume;
    private readonly List<Extent> _extents;

    // The same extents, ascending on the volume.
    private readonly List<Extent> _places;

    private JournalFile(ExtVolume volume, InodeNumber number, Inode inode)
    {
        _volume = volume;
        _extents = BlockMap.Read(volume, number, inode).Extents;
        _places = [.. _extents.OrderBy(extent => extent.Physical)];
        foreach (Extent extent in _extents)
        {
            if (extent.Logical != Length || extent.Unwritten)
                throw ExtDamage.In("journal", $"block {Length}", "a hole", "a block of the volume");
            Length += extent.Length;
        }

        uint magic = Length == 0 ? 0 : new JournalBlock(Read(0)).Magic;
        if (magic != JournalBlock.ExpectedMagic)
            throw ExtDamage.In("journal superblock", "h_magic", $"0x{magic:X8}", $"0x{JournalBlock.ExpectedMagic:X8}");
    }

    /// <summary>How many blocks there are.</summary>
    public long Length { get; }

    /// <summary>
    /// Finds the journal by its inode, or by the copy of that inode's map in the superblock where the inode is unusable.
    /// </summary>
    /// <exception cref="CorruptImageException">Neither leads to a journal.</exception>
    public static JournalFile Find(ExtVolume volume)
    {
        if (volume.JournalInode is not { } number)
            throw ExtDamage.In("ext superblock", "s_feature_incompat", "needs_recovery", "no such flag without a journal");
        Superblock superblock = volume.Superblock;
        try
        {
            return Open(volume, number, new Inode(volume.ReadUsedInode(number)));
        }
        catch (CorruptImageException) when (superblock.JournalBackupType == 1)
        {
            return Open(volume, number, Backup(volume, superblock));
        }
    }

    /// <summary>Reads one block of the journal.</summary>
    public byte[] Read(uint block) => _volume.ReadBlock(PlaceOf(block));

    /// <summary>The block of the volume that holds a block of the journal.</summary>
    public long PlaceOf(uint block)
    {
        int low = 0, high = _extents.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_extents[middle].Logical <= block)
                low = middle;
            else
                high = middle - 1;
        }

        return _extents[low].Physical + (block - _extents[low].Logical);
    }

    /// <summary>Whether a block of the volume belongs to the journal.</summary>
    public bool Holds(long place)
    {
        int index = _places.FirstEndingBehind(place, static extent => extent.PhysicalEnd);
        return index < _places.Count && _places[index].Physical <= place;
    }

    private static JournalFile Open(ExtVolume volume, InodeNumber number, Inode inode) =>
        inode.Kind == FileKind.Regular
            ? new JournalFile(volume, number, inode)
            : throw ExtDamage.In(number, "i_mode", $"0x{inode.Mode:X4}", "a regular file: it is the journal");

    /// <summary>The inode as far as s_jnl_blocks remembers it: its map and its size.</summary>
    private static Inode Backup(ExtVolume volume, Superblock superblock)
    {
        var inode = new Inode(new byte[volume.Geometry.InodeSize]) { Mode = (ushort)FileKind.Regular };
        superblock.JournalBlocks[..Inode.BlockBytes].CopyTo(inode.Block);
        if (new ExtentNode(inode.Block).Magic == ExtentNode.ExpectedMagic)
            inode.Flags = InodeFlags.Extents;
        return inode;
    }
}
