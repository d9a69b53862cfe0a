using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Builds an extent tree from the leaves up, every node but the last of a level full.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Extent Tree".</remarks>
internal static class ExtentMapWriter
{
    /// <summary>How many node blocks a tree of so many extents needs; the root is in the inode.</summary>
    public static int NodesFor(int extents, int blockSize)
    {
        int capacity = ExtentNode.BlockCapacity(blockSize);
        int total = 0;
        for (int level = extents; level > ExtentNode.RootCapacity;)
            total += level = (level + capacity - 1) / capacity;
        return total;
    }

    public static void Store(ExtVolume volume, InodeNumber number, Inode inode, List<Extent> extents, Queue<long> nodes)
    {
        uint seed = volume.Checksums.InodeSeed(number, inode.Generation);
        int depth = 0;
        var children = new List<(uint Logical, long Block)>();
        if (extents.Count > ExtentNode.RootCapacity)
        {
            foreach (Extent[] chunk in extents.Chunk(ExtentNode.BlockCapacity(volume.Geometry.BlockSize)))
                children.Add((chunk[0].Logical, StoreLeaf(volume, seed, chunk, nodes.Dequeue())));
            depth = 1;
        }

        while (children.Count > ExtentNode.RootCapacity)
        {
            var parents = new List<(uint, long)>();
            foreach (var chunk in children.Chunk(ExtentNode.BlockCapacity(volume.Geometry.BlockSize)))
                parents.Add((chunk[0].Logical, StoreIndex(volume, seed, chunk, depth, nodes.Dequeue())));
            children = parents;
            depth++;
        }

        ExtentNode root = ExtentNode.Format(inode.Block, ExtentNode.RootCapacity, depth);
        if (depth == 0)
            Fill(root, extents);
        else
            Fill(root, children);
    }

    private static long StoreLeaf(ExtVolume volume, uint seed, Extent[] extents, long block)
    {
        var bytes = new byte[volume.Geometry.BlockSize];
        ExtentNode node = ExtentNode.Format(bytes, ExtentNode.BlockCapacity(bytes.Length), depth: 0);
        Fill(node, extents);
        return StoreNode(volume, seed, bytes, node, block);
    }

    private static long StoreIndex(ExtVolume volume, uint seed, (uint, long)[] children, int depth, long block)
    {
        var bytes = new byte[volume.Geometry.BlockSize];
        ExtentNode node = ExtentNode.Format(bytes, ExtentNode.BlockCapacity(bytes.Length), depth);
        Fill(node, children);
        return StoreNode(volume, seed, bytes, node, block);
    }

    private static long StoreNode(ExtVolume volume, uint seed, byte[] bytes, ExtentNode node, long block)
    {
        if (volume.Checksums.Metadata)
            Le.Put32(bytes, node.ChecksumOffset, ExtChecksums.OfExtentNode(seed, bytes, node));
        volume.WriteBlock(block, bytes);
        return block;
    }

    private static void Fill(ExtentNode node, IReadOnlyList<Extent> extents)
    {
        node.Entries = (ushort)extents.Count;
        for (int i = 0; i < extents.Count; i++)
            node.SetLeaf(i, extents[i]);
    }

    private static void Fill(ExtentNode node, IReadOnlyList<(uint Logical, long Block)> children)
    {
        node.Entries = (ushort)children.Count;
        for (int i = 0; i < children.Count; i++)
            node.SetIndex(i, children[i].Logical, children[i].Block);
    }
}
