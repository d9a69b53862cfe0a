using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Frees inodes with all that they own: content, its map, attributes, and values in inodes of their own.</summary>
internal sealed class InodeRemoval(
    ExtVolume volume, BlockAllocator blocks, InodeAllocator inodes, AttributeWriter attributes)
{
    /// <summary>Frees an inode to which no name leads any longer.</summary>
    /// <exception cref="CorruptImageException">
    /// What it owns is damaged, or is not in use. Its map is read before anything changes.
    /// </exception>
    public void Remove(InodeNumber number, Inode inode)
    {
        var values = new Queue<InodeNumber>();
        RemoveOne(number, inode, values);
        while (values.TryDequeue(out InodeNumber value))
        {
            if (IsLastReference(value, out Inode unused))
                RemoveOne(value, unused, values);
        }
    }

    private void RemoveOne(InodeNumber number, Inode inode, Queue<InodeNumber> values)
    {
        BlockMap map = inode.HasBlockMap ? BlockMap.Read(volume, number, inode) : new BlockMap();
        CollectValues(number, inode, values);
        foreach (Extent extent in map.Extents)
            blocks.Free(extent.Physical, extent.Length);
        foreach (MapNode node in map.Nodes)
            blocks.Free(node.Block, 1);
        attributes.Release(number, inode);
        inodes.Free(number, inode.IsDirectory);
    }

    /// <summary>Values that the inode's attributes refer to; those of a block count only when the block goes, too.</summary>
    private void CollectValues(InodeNumber number, Inode inode, Queue<InodeNumber> values)
    {
        Collect(XattrList.InInode(number, inode));
        if (inode.XattrBlock == 0)
            return;
        byte[] bytes = AttributeBlocks.Read(volume, number, inode);
        if (new XattrBlock(bytes).References <= 1)
            Collect(XattrList.InBlock(inode.XattrBlock, bytes));

        void Collect(XattrList list)
        {
            foreach (XattrEntry entry in list)
            {
                if (entry.ValueInode != 0)
                    values.Enqueue(new InodeNumber(entry.ValueInode));
            }
        }
    }

    /// <summary>Takes one reference to a value away; whether it was the last.</summary>
    private bool IsLastReference(InodeNumber number, out Inode value)
    {
        value = new Inode(volume.ReadUsedInode(number));
        if (!value.IsEaInode || value.EaReferences < 1)
            throw ExtDamage.In(number, "its number of references (i_ctime, l_i_version)",
                value.IsEaInode ? $"{value.EaReferences}" : "not there", "1 or more: an attribute has its value there");
        value.EaReferences--;
        volume.WriteInode(number, value);
        return value.EaReferences == 0;
    }
}
