using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>The block of extended attributes of an inode, and what attributes add to its block count.</summary>
internal static class AttributeBlocks
{
    /// <summary>
    /// The attribute block, and for every value in an inode of its own (ea_inode) as many as the value fills.
    /// </summary>
    public static long Count(ExtVolume volume, InodeNumber number, Inode inode) =>
        (inode.XattrBlock == 0 ? 0 : 1) + BlocksOfValues(volume, number, inode);

    /// <summary>How many values in inodes of their own it refers to by their hash.</summary>
    public static long HashedValues(ExtVolume volume, InodeNumber number, Inode inode)
    {
        if (!volume.Superblock.Incompat.HasFlag(IncompatFeatures.EaInode))
            return 0;
        long values = HashedValues(volume, XattrList.InInode(number, inode));
        if (inode.XattrBlock != 0)
            values += HashedValues(volume, XattrList.InBlock(inode.XattrBlock, Read(volume, number, inode)));
        return values;
    }

    /// <summary>Reads the attribute block of an inode that has one.</summary>
    /// <exception cref="CorruptImageException">It lies outside of the volume, or is no such block.</exception>
    public static byte[] Read(ExtVolume volume, InodeNumber number, Inode inode)
    {
        if (!volume.IsInside(inode.XattrBlock))
            throw ExtDamage.In(number, "i_file_acl", $"{inode.XattrBlock}", "inside the volume");
        byte[] bytes = volume.ReadBlock(inode.XattrBlock);
        var header = new XattrBlock(bytes);
        if (header.Magic != XattrBlock.ExpectedMagic || header.Blocks != 1)
            throw ExtDamage.In($"extended attribute block {inode.XattrBlock}", "h_magic and h_blocks",
                $"0x{header.Magic:X8} and {header.Blocks}", $"0x{XattrBlock.ExpectedMagic:X8} and 1");
        return bytes;
    }

    private static long BlocksOfValues(ExtVolume volume, InodeNumber number, Inode inode)
    {
        long blocks = BlocksOfValues(volume, XattrList.InInode(number, inode));
        if (inode.XattrBlock != 0)
            blocks += BlocksOfValues(volume, XattrList.InBlock(inode.XattrBlock, Read(volume, number, inode)));
        return blocks;
    }

    private static long BlocksOfValues(ExtVolume volume, XattrList list)
    {
        long blocks = 0;
        foreach (XattrEntry entry in list)
        {
            if (entry.ValueInode != 0)
                blocks += (entry.ValueSize + (long)volume.Geometry.BlockSize - 1) / volume.Geometry.BlockSize;
        }

        return blocks;
    }

    /// <summary>Those that Lustre wrote have no hash; they do not count.</summary>
    private static long HashedValues(ExtVolume volume, XattrList list)
    {
        long values = 0;
        foreach (XattrEntry entry in list)
        {
            if (entry.ValueInode != 0
                && entry.HasHash(new Inode(volume.ReadUsedInode(new InodeNumber(entry.ValueInode))).EaValueHash))
                values++;
        }

        return values;
    }
}
