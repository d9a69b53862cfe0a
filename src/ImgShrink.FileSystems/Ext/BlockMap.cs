using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>A block that holds part of a block map: a node of an extent tree, or an indirect block.</summary>
/// <param name="Block">Its number on the volume.</param>
/// <param name="Depth">Levels below it; an extent leaf node has 0, a single indirect block 1.</param>
internal readonly record struct MapNode(long Block, int Depth);

/// <summary>
/// Where the content of one inode lies: its extents in the order of the file, and the blocks that hold the map.
/// </summary>
internal sealed class BlockMap
{
    private long _mapped;

    /// <summary>The mapped runs, ascending in the file; what lies between them are holes.</summary>
    public List<Extent> Extents { get; } = [];

    /// <summary>The map's own blocks, parents before children.</summary>
    public List<MapNode> Nodes { get; } = [];

    /// <summary>Blocks that the inode owns through its map, the map's own blocks included.</summary>
    public long BlockCount => Extents.Sum(extent => (long)extent.Length) + Nodes.Count;

    /// <summary>Reads the map of an inode that has one (see <see cref="Inode.HasBlockMap"/>).</summary>
    /// <exception cref="CorruptImageException">A node contradicts the format, its parent, or its checksum.</exception>
    public static BlockMap Read(ExtVolume volume, InodeNumber number, Inode inode)
    {
        var map = new BlockMap();
        if (inode.HasExtents)
            ExtentTree.Read(volume, number, inode, map);
        else
            IndirectMap.Read(volume, number, inode, map);
        return map;
    }

    /// <summary>
    /// Translates every block number in the map, in the inode and in the map's own blocks, and renews their checksums.
    /// </summary>
    /// <param name="volume">The volume; node blocks are rewritten where they lie now.</param>
    /// <param name="number">The number the inode will have: it seeds the checksums.</param>
    /// <param name="inode">The inode; its i_block is changed, its checksum is not.</param>
    /// <param name="target">Where a block goes. The blocks of an extent must stay together.</param>
    public static void Patch(ExtVolume volume, InodeNumber number, Inode inode, Func<long, long> target)
    {
        if (inode.HasExtents)
            ExtentTree.Patch(volume, number, inode, target);
        else
            IndirectMap.Patch(volume, inode, target);
    }

    /// <summary>Appends a run.</summary>
    /// <param name="volume">
    /// The volume: no map has more blocks than it, and one that names blocks again and again would.
    /// </param>
    /// <param name="number">Whose map it is, for the message.</param>
    /// <param name="extent">The run.</param>
    /// <param name="merge">Whether a run that continues the last one becomes part of it.</param>
    internal void Append(ExtVolume volume, InodeNumber number, Extent extent, bool merge)
    {
        _mapped += extent.Length;
        if (_mapped > volume.Geometry.BlockCount)
            throw ExtDamage.In(number, "its map", $"{_mapped} blocks and more",
                $"at most {volume.Geometry.BlockCount}, all of the volume");
        if (merge)
            Extents.Join(extent, int.MaxValue);
        else
            Extents.Add(extent);
    }
}
