using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>
/// Puts the new inode numbers into directory entries and renews the checksums of the blocks that change.
/// </summary>
internal sealed class DirectoryPatcher(ExtVolume patched, InodeMap inodes)
{
    /// <summary>Patches every block of a directory where it lies now.</summary>
    /// <remarks>
    /// A directory that has a new number itself gets new checksums in all its blocks: the number seeds them.
    /// </remarks>
    public void Patch(InodeNumber number, InodeNumber renumbered, Inode inode, BlockMap map)
    {
        if (inodes.IsIdentity)
            return;
        uint seed = patched.Checksums.InodeSeed(renumbered, inode.Generation);
        bool indexed = inode.Flags.HasFlag(InodeFlags.Indexed);
        foreach (Extent extent in map.Extents)
        {
            for (int i = 0; i < extent.Length; i++)
                PatchBlock(number, extent.Physical + i, (uint)(extent.Logical + i), indexed, seed,
                    number != renumbered);
        }
    }

    /// <summary>Patches a directory that is kept in its inode; the inode itself is not stored.</summary>
    public void PatchInline(InodeNumber number, Inode inode)
    {
        if (inodes.IsIdentity)
            return;
        InlineData data = InlineData.Open(number, inode);
        data.Parent = inodes[data.Parent];
        Renumber(DirectoryBlock.OpenInline(data.HeadEntries, number));
        Renumber(DirectoryBlock.OpenInline(data.Rest, number));
    }

    private void PatchBlock(InodeNumber number, long physical, uint logical, bool indexed, uint seed, bool isMoved)
    {
        byte[] bytes = patched.ReadBlock(physical);
        DirectoryBlock block = DirectoryBlock.Open(bytes, number, logical, indexed, patched.Checksums.Metadata);
        bool isChanged = Renumber(block) || isMoved && patched.Checksums.Metadata;
        if (!isChanged)
            return;
        if (patched.Checksums.Metadata)
            block.StoreChecksum(seed);
        patched.WriteBlock(physical, bytes);
    }

    private bool Renumber(DirectoryBlock entries)
    {
        bool isChanged = false;
        foreach (DirEntry entry in entries)
        {
            DirEntry record = entry;
            uint target = inodes[record.Inode];
            isChanged |= target != record.Inode;
            record.Inode = target;
        }

        return isChanged;
    }
}
