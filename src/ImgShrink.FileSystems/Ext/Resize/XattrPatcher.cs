using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>
/// Renews what extended attributes say of other places: numbers of inodes that hold values, and checksums of blocks.
/// </summary>
/// <remarks>The hash of an entry covers the hash of its value, not the number of the inode that holds it.</remarks>
internal sealed class XattrPatcher(ExtVolume patched, ResizeLayout layout)
{
    /// <summary>Patches the attributes in an inode; the inode itself is not stored.</summary>
    public void Patch(InodeNumber number, Inode inode)
    {
        if (layout.Inodes.IsIdentity)
            return;
        Renumber(XattrList.InInode(number, inode));
        if (inode.IsEaInode)
            RenumberOwner(inode);
    }

    /// <summary>Patches attribute blocks, each once, where they lie now.</summary>
    public void Run(IEnumerable<long> blocks)
    {
        if (!patched.Checksums.Metadata && layout.Inodes.IsIdentity)
            return;
        foreach (long block in blocks)
        {
            long target = layout.Relocations.Target(block);
            byte[] bytes = patched.ReadBlock(block);
            bool isRenumbered = !layout.Inodes.IsIdentity && Renumber(XattrList.InBlock(block, bytes));
            if (!isRenumbered && target == block)
                continue;
            var header = new XattrBlock(bytes);
            // It covers the block's own number.
            if (patched.Checksums.Metadata)
                header.Checksum = patched.Checksums.OfXattrBlock(target, bytes);
            patched.WriteBlock(block, bytes);
        }
    }

    private bool Renumber(XattrList list)
    {
        bool any = false;
        foreach (XattrEntry each in list)
        {
            XattrEntry entry = each;
            uint target = layout.Inodes[entry.ValueInode];
            any |= target != entry.ValueInode;
            entry.ValueInode = target;
        }

        return any;
    }

    /// <summary>A value written by Lustre names the one inode that it belongs to, in place of its time.</summary>
    private void RenumberOwner(Inode inode)
    {
        uint owner = inode.ModifyTime, target = layout.Inodes[owner];
        if (target != owner && new Inode(patched.ReadInode(new InodeNumber(owner))).Generation == inode.Generation)
            inode.ModifyTime = target;
    }
}
