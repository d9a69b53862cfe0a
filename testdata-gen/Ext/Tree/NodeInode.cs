using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.SampleCards.Ext.Tree;

/// <summary>Makes the inode of a tree node, once its number and its blocks are known.</summary>
internal sealed class NodeInode(ExtDraft draft, BlockPlacer placer)
{
    private const int AttributeHeader = 16;

    /// <summary>Writes the inode, and the blocks of its extent tree if it needs some.</summary>
    /// <param name="node">The node; its number, links and extents are final.</param>
    /// <param name="size">Length of its content in bytes.</param>
    /// <param name="indexed">Whether it is a directory with an index.</param>
    public void Write(TreeNode node, long size, bool indexed = false)
    {
        Inode inode = draft.NewInode(node.Mode, node.Time == 0 ? draft.Now : node.Time);
        inode.Generation = node.Generation;
        Le.Put32(inode.Bytes, 0x88, (node.Generation & 0x1FFFFFFF) << 2); // i_mtime_extra: nanoseconds, any
        Le.Put16(inode.Bytes, 0x2, (ushort)node.Owner.User);       // i_uid
        Le.Put16(inode.Bytes, 0x18, (ushort)node.Owner.Group);     // i_gid
        inode.LinksCount = (ushort)node.Links;
        inode.Size = size;
        if (node.Kind is FileKind.CharDevice or FileKind.BlockDevice)
            Le.Put16(inode.Block, 0, (ushort)(node.Device.Major << 8 | node.Device.Minor));
        else if (node.Target is not null && node.Extents.Count == 0)
            Encoding.UTF8.GetBytes(node.Target, inode.Block);
        else if (node.Kind is FileKind.Regular or FileKind.Directory or FileKind.SymbolicLink)
            SetExtents(node, inode);
        if (indexed)
            inode.Flags |= InodeFlags.Indexed;
        SetAttributes(node, inode);
        if (node.Deleted)
        {
            inode.DeletionTime = draft.Now;
            inode.LinksCount = 0;
        }

        draft.WriteInode(node.Number, inode);
    }

    private void SetExtents(TreeNode node, Inode inode)
    {
        inode.Flags = InodeFlags.Extents;
        List<Extent> extents = node.Extents;
        int capacity = ExtentNode.BlockCapacity(draft.Geometry.BlockSize);
        int nodes = extents.Count <= ExtentNode.RootCapacity ? 0 : (extents.Count + capacity - 1) / capacity;
        if (nodes > ExtentNode.RootCapacity)
            throw new NotSupportedException(
                $"{node.Number} has {extents.Count} extents; a tree of one level holds {ExtentNode.RootCapacity * capacity}.");

        inode.BlocksCount = (extents.Sum(extent => (long)extent.Length) + nodes) * (draft.Geometry.BlockSize / 512);
        ExtentNode root = ExtentNode.Format(inode.Block, ExtentNode.RootCapacity, depth: nodes == 0 ? 0 : 1);
        if (nodes == 0)
        {
            SetLeaves(root, extents);
            return;
        }

        for (int i = 0; i < nodes; i++)
        {
            List<Extent> part = extents.GetRange(i * capacity, Math.Min(capacity, extents.Count - i * capacity));
            root.SetIndex(i, part[0].Logical, WriteLeafNode(node, part, capacity));
        }

        root.Entries = (ushort)nodes;
    }

    private long WriteLeafNode(TreeNode owner, List<Extent> extents, int capacity)
    {
        long place = placer.PlaceOne(owner.MapBlocks, extents[^1].PhysicalEnd);
        var block = new byte[draft.Geometry.BlockSize];
        ExtentNode node = ExtentNode.Format(block, capacity, depth: 0);
        SetLeaves(node, extents);
        if (draft.Checksums.Metadata)
            Le.Put32(block, node.ChecksumOffset, ExtChecksums.OfExtentNode(
                draft.Checksums.InodeSeed(owner.Number, owner.Generation), block, node));
        draft.WriteBlock(place, block);
        return place;
    }

    private static void SetLeaves(ExtentNode node, List<Extent> extents)
    {
        for (int i = 0; i < extents.Count; i++)
            node.SetLeaf(i, extents[i]);
        node.Entries = (ushort)extents.Count;
    }

    /// <summary>Attributes fill the end of the inode: entries from the front, values from the back.</summary>
    private static void SetAttributes(TreeNode node, Inode inode)
    {
        if (node.Attributes.Count == 0)
            return;
        Span<byte> area = inode.Bytes[(Inode.CoreSize + inode.ExtraSize)..];
        Le.Put32(area, 0, XattrBlock.ExpectedMagic);
        area = area[4..];
        int at = 0, valueAt = area.Length;
        foreach (TreeAttribute attribute in node.Attributes)
        {
            valueAt -= attribute.Value.Length + 3 & ~3;
            int next = at + (AttributeHeader + attribute.Name.Length + 3 & ~3);
            if (next + 4 > valueAt)
                throw new NotSupportedException($"The attributes of {node.Number} do not fit its inode.");
            area[at] = (byte)attribute.Name.Length;                // e_name_len
            area[at + 1] = attribute.NameIndex;                    // e_name_index
            Le.Put16(area, at + 2, (ushort)valueAt);               // e_value_offs
            Le.Put32(area, at + 8, (uint)attribute.Value.Length);  // e_value_size
            Encoding.ASCII.GetBytes(attribute.Name, area[(at + AttributeHeader)..]);
            attribute.Value.CopyTo(area[valueAt..]);
            at = next;
        }
    }
}
