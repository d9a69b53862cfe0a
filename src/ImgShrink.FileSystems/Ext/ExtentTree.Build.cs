using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <remarks>This part: a tree is built from its leaves, every node full but the last of a level.</remarks>
internal static partial class ExtentTree
{
    /// <summary>How many node blocks a tree of so many extents takes; the root is in the inode.</summary>
    public static int NodesFor(int extents, int blockSize)
    {
        int capacity = ExtentNode.BlockCapacity(blockSize);
        int nodes = 0;
        for (int level = extents; level > ExtentNode.RootCapacity;)
            nodes += level = (level + capacity - 1) / capacity;
        return nodes;
    }

    /// <summary>Writes the root into an inode's i_block and gives the other nodes, which are not stored.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="number">The number that the inode will have: it seeds the checksums.</param>
    /// <param name="inode">The inode; its generation must be set.</param>
    /// <param name="leaves">The extents, ascending.</param>
    /// <param name="blocks">Blocks for the nodes; as many as <see cref="NodesFor"/> says are used.</param>
    public static IReadOnlyList<(long Block, byte[] Bytes)> Build(
        ExtVolume volume, InodeNumber number, Inode inode, IReadOnlyList<Extent> leaves, IReadOnlyList<long> blocks)
    {
        uint seed = volume.Checksums.InodeSeed(number, inode.Generation);
        int capacity = ExtentNode.BlockCapacity(volume.Geometry.BlockSize);
        var nodes = new List<(long Block, byte[] Bytes)>();
        var level = new List<(uint Logical, long Child)>();
        int depth = 0;
        if (leaves.Count > ExtentNode.RootCapacity)
        {
            foreach (Extent[] chunk in leaves.Chunk(capacity))
            {
                ExtentNode node = Add();
                Fill(node, chunk);
                level.Add((chunk[0].Logical, Finish(node)));
            }

            depth = 1;
        }

        for (; level.Count > ExtentNode.RootCapacity; depth++)
        {
            var above = new List<(uint Logical, long Child)>();
            foreach ((uint Logical, long Child)[] chunk in level.Chunk(capacity))
            {
                ExtentNode node = Add();
                Fill(node, chunk);
                above.Add((chunk[0].Logical, Finish(node)));
            }

            level = above;
        }

        ExtentNode root = ExtentNode.Format(inode.Block, ExtentNode.RootCapacity, depth);
        if (depth == 0)
            Fill(root, leaves);
        else
            Fill(root, level);
        return nodes;

        ExtentNode Add()
        {
            nodes.Add((blocks[nodes.Count], new byte[volume.Geometry.BlockSize]));
            return ExtentNode.Format(nodes[^1].Bytes, capacity, depth);
        }

        long Finish(ExtentNode node)
        {
            var (block, bytes) = nodes[^1];
            if (volume.Checksums.Metadata)
                Le.Put32(bytes, node.ChecksumOffset, ExtChecksums.OfExtentNode(seed, bytes, node));
            return block;
        }
    }

    private static void Fill(ExtentNode node, IReadOnlyList<Extent> leaves)
    {
        node.Entries = (ushort)leaves.Count;
        for (int i = 0; i < leaves.Count; i++)
            node.SetLeaf(i, leaves[i]);
    }

    private static void Fill(ExtentNode node, IReadOnlyList<(uint Logical, long Child)> children)
    {
        node.Entries = (ushort)children.Count;
        for (int i = 0; i < children.Count; i++)
            node.SetIndex(i, children[i].Logical, children[i].Child);
    }
}
