using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>The block map of an inode with extents: a tree whose root is in the inode.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Extent Tree".</remarks>
internal static partial class ExtentTree
{
    /// <summary>The most blocks that a file can have: their numbers in it have 32 bits.</summary>
    public const long MostBlocks = 1L << 32;

    public static void Read(ExtVolume volume, InodeNumber number, Inode inode, BlockMap map)
    {
        var root = new ExtentNode(inode.Block);
        Require(root.Depth <= ExtentNode.MaxDepth, number, "eh_depth", root.Depth, $"at most {ExtentNode.MaxDepth}");
        uint seed = volume.Checksums.InodeSeed(number, inode.Generation);
        ReadNode(volume, number, seed, root, ExtentNode.RootCapacity, root.Depth, map);
    }

    public static void Patch(ExtVolume volume, InodeNumber number, Inode inode, Func<long, long> target)
    {
        uint seed = volume.Checksums.InodeSeed(number, inode.Generation);
        PatchNode(volume, seed, new ExtentNode(inode.Block), target);
    }

    private static void ReadNode(
        ExtVolume volume, InodeNumber number, uint seed, ExtentNode node, int capacity, int depth, BlockMap map)
    {
        Require(node.Magic == ExtentNode.ExpectedMagic, number, "eh_magic", node.Magic, "62218 (0xF30A)");
        Require(node.Capacity > 0 && node.Capacity <= capacity, number, "eh_max", node.Capacity, $"1 to {capacity}");
        Require(node.Entries <= node.Capacity, number, "eh_entries", node.Entries, $"at most {node.Capacity}");
        Require(node.Depth == depth, number, "eh_depth", node.Depth, $"{depth}");
        for (int i = 0; i < node.Entries; i++)
        {
            if (depth == 0)
                ReadLeaf(volume, number, node.Leaf(i), map);
            else
                ReadChild(volume, number, seed, node.Logical(i), node.Child(i), depth - 1, map);
        }
    }

    private static void ReadLeaf(ExtVolume volume, InodeNumber number, Extent extent, BlockMap map)
    {
        Require(extent.Length > 0, number, "ee_len", extent.Length, "more than 0");
        Require(volume.IsInside(extent.Physical, extent.Length), number, "ee_start", extent.Physical,
            $"inside the volume of {volume.Geometry.BlockCount} blocks");
        long free = map.Extents.Count == 0 ? 0 : map.Extents[^1].LogicalEnd;
        Require(extent.Logical >= free, number, "ee_block", extent.Logical,
            $"at least {free}, where the extent before it ends");
        Require(extent.LogicalEnd <= 1L << 32, number, "ee_block", extent.Logical,
            "an extent that ends within 2^32 blocks");
        map.Append(volume, number, extent, merge: false);
    }

    private static void ReadChild(
        ExtVolume volume, InodeNumber number, uint seed, uint logical, long child, int depth, BlockMap map)
    {
        Require(volume.IsInside(child), number, "ei_leaf", child,
            $"inside the volume of {volume.Geometry.BlockCount} blocks");
        // A tree that shares or repeats nodes would otherwise be followed without end.
        Require(map.Nodes.Count <= volume.Geometry.BlockCount, number, "extent tree", map.Nodes.Count,
            "fewer nodes than the volume has blocks");
        map.Nodes.Add(new MapNode(child, depth));
        byte[] bytes = volume.ReadBlock(child);
        var node = new ExtentNode(bytes);
        int extents = map.Extents.Count;
        Require(node.Magic == ExtentNode.ExpectedMagic, number, $"eh_magic in block {child}", node.Magic,
            "62218 (0xF30A)");
        Require(node.Entries > 0, number, $"eh_entries in block {child}", node.Entries, "more than 0");
        int capacity = ExtentNode.BlockCapacity(volume.Geometry.BlockSize);
        Require(node.Capacity <= capacity, number, $"eh_max in block {child}", node.Capacity, $"at most {capacity}");
        if (volume.Checksums.Metadata)
        {
            uint expected = ExtChecksums.OfExtentNode(seed, bytes, node);
            uint found = Le.U32(bytes, node.ChecksumOffset);
            Require(found == expected, number, $"et_checksum in block {child}", found, $"{expected}");
        }

        ReadNode(volume, number, seed, node, capacity, depth, map);
        Require(node.Logical(0) == logical, number, $"ei_block of block {child}", logical,
            $"{node.Logical(0)}, as in its child");
        Require(map.Extents.Count > extents, number, $"extent tree under block {child}", 0, "at least one extent");
    }

    private static void PatchNode(ExtVolume volume, uint seed, ExtentNode node, Func<long, long> target)
    {
        for (int i = 0; i < node.Entries; i++)
        {
            if (node.Depth == 0)
            {
                Extent extent = node.Leaf(i);
                node.SetLeaf(i, extent with { Physical = target(extent.Physical) });
                continue;
            }

            long child = node.Child(i);
            byte[] bytes = volume.ReadBlock(child);
            var below = new ExtentNode(bytes);
            PatchNode(volume, seed, below, target);
            if (volume.Checksums.Metadata)
                Le.Put32(bytes, below.ChecksumOffset, ExtChecksums.OfExtentNode(seed, bytes, below));
            volume.WriteBlock(child, bytes);
            node.SetChild(i, target(child));
        }
    }

    private static void Require(bool valid, InodeNumber number, string place, long found, string expected)
    {
        if (!valid)
            throw ExtDamage.In(number, place, $"{found}", expected);
    }
}
