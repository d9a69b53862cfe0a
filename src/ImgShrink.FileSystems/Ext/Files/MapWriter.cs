using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>
/// Writes the block map of an inode anew: an extent tree, or block pointers, as the inode's flags say.
/// </summary>
internal sealed class MapWriter(ExtVolume volume, BlockAllocator blocks)
{
    private readonly int _blockSize = volume.Geometry.BlockSize;

    /// <summary>
    /// Stores a map: in i_block, in node blocks, and its total in i_blocks. The inode itself is not stored.
    /// </summary>
    /// <param name="number">The inode's number, which seeds the checksums of nodes.</param>
    /// <param name="inode">The inode; its flags, generation and attribute block must be set.</param>
    /// <param name="extents">Where the content lies, ascending in the file.</param>
    /// <param name="oldNodes">Nodes of the map that is replaced: they are used again, or freed.</param>
    /// <exception cref="NotEnoughSpaceException">No room for the nodes; nothing was changed.</exception>
    public void Store(InodeNumber number, Inode inode, IReadOnlyList<Extent> extents, IReadOnlyList<MapNode> oldNodes)
    {
        var runs = new List<Extent>();
        foreach (Extent extent in extents)
            runs.Join(extent, inode.HasExtents ? ExtentNode.LongestExtent(extent.Unwritten) : int.MaxValue);
        int needed = inode.HasExtents ? ExtentTree.NodesFor(runs.Count, _blockSize)
            : IndirectMapWriter.NodesFor(runs, _blockSize);
        List<long> nodes = [.. oldNodes.Take(needed).Select(node => node.Block)];
        foreach (var (start, count) in blocks.Allocate(needed - nodes.Count))
        {
            for (int i = 0; i < count; i++)
                nodes.Add(start + i);
        }

        foreach (MapNode surplus in oldNodes.Skip(needed))
            blocks.Free(surplus.Block, 1);
        if (inode.HasExtents)
            StoreTree(number, inode, runs, nodes);
        else
            IndirectMapWriter.Store(volume, inode, runs, new Queue<long>(nodes));
        SetBlocksCount(inode, runs.Sum(run => (long)run.Length) + needed
            + AttributeBlocks.Count(volume, number, inode));
    }

    private void StoreTree(InodeNumber number, Inode inode, List<Extent> runs, List<long> nodes)
    {
        foreach (var (block, bytes) in ExtentTree.Build(volume, number, inode, runs, nodes))
            volume.WriteBlock(block, bytes);
    }

    /// <summary>Sets i_blocks to a number of blocks of the volume, in the unit of the inode.</summary>
    private void SetBlocksCount(Inode inode, long count)
    {
        long stored = inode.CountsInBlocks ? count : count * (_blockSize / 512);
        bool huge = volume.Superblock.ReadOnly.HasFlag(ReadOnlyFeatures.HugeFile);
        if (stored > (huge ? (1L << 48) - 1 : uint.MaxValue))
            throw new UnsupportedImageException(
                $"A file of {count} blocks is too large for this volume: i_blocks has no room for it.");
        inode.BlocksCount = stored;
    }
}
