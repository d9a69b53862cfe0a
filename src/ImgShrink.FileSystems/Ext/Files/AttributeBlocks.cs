using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>What the extended attributes of an inode add to its block count.</summary>
internal static class AttributeBlocks
{
    /// <summary>
    /// The attribute block, and for every value in an inode of its own (ea_inode) as many as the value fills.
    /// </summary>
    public static long Count(ExtVolume volume, InodeNumber number, Inode inode) =>
        (inode.XattrBlock == 0 ? 0 : 1) + CountOfValues(volume, number, inode);

    /// <summary>The part of it that values in inodes of their own make.</summary>
    public static long CountOfValues(ExtVolume volume, InodeNumber number, Inode inode)
    {
        long blocks = CountValues(volume, XattrList.InInode(number, inode));
        if (inode.XattrBlock != 0)
            blocks += CountValues(volume, XattrList.InBlock(inode.XattrBlock, volume.ReadBlock(inode.XattrBlock)));
        return blocks;
    }

    private static long CountValues(ExtVolume volume, XattrList list)
    {
        long blocks = 0;
        foreach (XattrEntry entry in list)
        {
            if (entry.ValueInode != 0)
                blocks += (entry.ValueSize + (long)volume.Geometry.BlockSize - 1) / volume.Geometry.BlockSize;
        }

        return blocks;
    }
}
