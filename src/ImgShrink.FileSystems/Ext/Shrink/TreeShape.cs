using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Shrink;

/// <summary>The leaves of an extent tree after its blocks have moved.</summary>
/// <param name="Leaves">The extents in the target, merged where they have become neighbours.</param>
/// <param name="IsUnchanged">
/// Whether each old extent has become one new extent, so that the tree keeps its shape.
/// </param>
internal sealed record TreeShape(IReadOnlyList<Extent> Leaves, bool IsUnchanged)
{
    /// <summary>Translates the extents of an inode.</summary>
    public static TreeShape Of(IReadOnlyList<Extent> extents, RelocationMap relocations)
    {
        var leaves = new List<Extent>(extents.Count);
        foreach (Extent extent in extents)
        {
            for (int done = 0; done < extent.Length;)
            {
                var (to, count) = relocations.Target(extent.Physical + done, extent.Length - done);
                Append(leaves, new Extent((uint)(extent.Logical + done), to, (int)count, extent.Unwritten));
                done += (int)count;
            }
        }

        bool same = leaves.Count == extents.Count;
        for (int i = 0; same && i < leaves.Count; i++)
            same = leaves[i].Logical == extents[i].Logical && leaves[i].Length == extents[i].Length;
        return new TreeShape(leaves, same);
    }

    /// <summary>How many node blocks a tree of these leaves takes when it is built full.</summary>
    public int NodeCount(int blockSize)
    {
        int capacity = ExtentNode.BlockCapacity(blockSize);
        int nodes = 0;
        for (int entries = Leaves.Count; entries > ExtentNode.RootCapacity;)
        {
            entries = (entries + capacity - 1) / capacity;
            nodes += entries;
        }

        return nodes;
    }

    private static void Append(List<Extent> leaves, Extent extent)
    {
        int limit = extent.Unwritten ? ExtentNode.MaxUnwrittenLength : ExtentNode.MaxWrittenLength;
        if (leaves.Count == 0 || !leaves[^1].IsContinuedBy(extent))
        {
            leaves.Add(extent);
            return;
        }

        Extent last = leaves[^1];
        int joined = Math.Min(limit - last.Length, extent.Length);
        leaves[^1] = last with { Length = last.Length + joined };
        if (joined < extent.Length)
            leaves.Add(extent with { Logical = (uint)(extent.Logical + joined), Physical = extent.Physical + joined,
                Length = extent.Length - joined });
    }
}
