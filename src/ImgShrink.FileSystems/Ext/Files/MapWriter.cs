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
        List<Extent> runs = Normalise(extents, inode.HasExtents);
        int needed = inode.HasExtents ? ExtentMapWriter.NodesFor(runs.Count, _blockSize)
            : IndirectMapWriter.NodesFor(runs, _blockSize);
        List<long> nodes = [.. oldNodes.Take(needed).Select(node => node.Block)];
        foreach (var (start, count) in blocks.Allocate(needed - nodes.Count))
        {
            for (int i = 0; i < count; i++)
                nodes.Add(start + i);
        }

        foreach (MapNode surplus in oldNodes.Skip(needed))
            blocks.Free(surplus.Block, 1);
        var free = new Queue<long>(nodes);
        if (inode.HasExtents)
            ExtentMapWriter.Store(volume, number, inode, runs, free);
        else
            IndirectMapWriter.Store(volume, inode, runs, free);
        SetBlocksCount(inode, runs.Sum(run => (long)run.Length) + needed
            + AttributeBlocks.Count(volume, number, inode));
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

    /// <summary>Joins what belongs together and cuts what is longer than an extent may be.</summary>
    private static List<Extent> Normalise(IReadOnlyList<Extent> extents, bool limited)
    {
        var runs = new List<Extent>();
        foreach (Extent extent in extents)
        {
            Extent rest = extent;
            while (true)
            {
                int most = !limited ? int.MaxValue
                    : extent.Unwritten ? ExtentNode.MaxUnwrittenLength : ExtentNode.MaxWrittenLength;
                if (runs.Count > 0 && runs[^1].IsContinuedBy(rest) && runs[^1].Length < most)
                {
                    int joined = Math.Min(rest.Length, most - runs[^1].Length);
                    runs[^1] = runs[^1] with { Length = runs[^1].Length + joined };
                    rest = Without(rest, joined);
                }
                else if (rest.Length > 0)
                {
                    runs.Add(rest with { Length = Math.Min(rest.Length, most) });
                    rest = Without(rest, Math.Min(rest.Length, most));
                }

                if (rest.Length == 0)
                    break;
            }
        }

        return runs;
    }

    private static Extent Without(Extent extent, int first) =>
        extent with { Logical = unchecked((uint)(extent.Logical + (long)first)), Physical = extent.Physical + first,
            Length = extent.Length - first };
}
