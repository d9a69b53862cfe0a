using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Shrink;

/// <summary>Builds an extent tree from its leaves: every node full but the last of a level.</summary>
internal sealed class TreeBuilder(int blockSize, uint inodeSeed, bool checksums)
{
    /// <summary>Writes the root into an inode's i_block and gives the other nodes.</summary>
    /// <param name="root">The 60 bytes of i_block.</param>
    /// <param name="leaves">The extents, ascending.</param>
    /// <param name="blocks">Blocks for the nodes; as many as <see cref="TreeShape.NodeCount"/> says are used.</param>
    public IReadOnlyList<(long Block, byte[] Bytes)> Build(
        Span<byte> root, IReadOnlyList<Extent> leaves, IReadOnlyList<long> blocks)
    {
        var nodes = new List<(long Block, byte[] Bytes)>();
        int capacity = ExtentNode.BlockCapacity(blockSize);
        var level = new List<(uint Logical, long Child)>();
        int depth = 0;
        if (leaves.Count > ExtentNode.RootCapacity)
        {
            for (int at = 0; at < leaves.Count; at += capacity)
            {
                var bytes = new byte[blockSize];
                ExtentNode node = ExtentNode.Format(bytes, capacity, depth);
                FillLeaf(node, leaves, at, Math.Min(capacity, leaves.Count - at));
                level.Add((leaves[at].Logical, Finish(bytes, node)));
            }

            for (depth = 1; level.Count > ExtentNode.RootCapacity; depth++)
            {
                var above = new List<(uint Logical, long Child)>();
                for (int at = 0; at < level.Count; at += capacity)
                {
                    var bytes = new byte[blockSize];
                    ExtentNode node = ExtentNode.Format(bytes, capacity, depth);
                    FillIndex(node, level, at, Math.Min(capacity, level.Count - at));
                    above.Add((level[at].Logical, Finish(bytes, node)));
                }

                level = above;
            }
        }

        ExtentNode top = ExtentNode.Format(root, ExtentNode.RootCapacity, depth);
        if (depth == 0)
            FillLeaf(top, leaves, 0, leaves.Count);
        else
            FillIndex(top, level, 0, level.Count);
        return nodes;

        long Finish(byte[] bytes, ExtentNode node)
        {
            if (checksums)
                Le.Put32(bytes, node.ChecksumOffset, ExtChecksums.OfExtentNode(inodeSeed, bytes, node));
            long block = blocks[nodes.Count];
            nodes.Add((block, bytes));
            return block;
        }
    }

    private static void FillLeaf(ExtentNode node, IReadOnlyList<Extent> leaves, int at, int count)
    {
        node.Entries = (ushort)count;
        for (int i = 0; i < count; i++)
            node.SetLeaf(i, leaves[at + i]);
    }

    private static void FillIndex(ExtentNode node, List<(uint Logical, long Child)> level, int at, int count)
    {
        node.Entries = (ushort)count;
        for (int i = 0; i < count; i++)
            node.SetIndex(i, level[at + i].Logical, level[at + i].Child);
    }
}
