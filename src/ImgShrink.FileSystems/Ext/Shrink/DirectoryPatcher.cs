using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Shrink;

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

    private void PatchBlock(InodeNumber number, long physical, uint logical, bool indexed, uint seed, bool isMoved)
    {
        byte[] bytes = patched.ReadBlock(physical);
        DirectoryBlock block = DirectoryBlock.Open(bytes, number, logical, indexed, patched.Checksums.Metadata);
        bool isChanged = isMoved && patched.Checksums.Metadata;
        foreach (DirEntry entry in block)
        {
            DirEntry record = entry;
            uint target = inodes[record.Inode];
            isChanged |= target != record.Inode;
            record.Inode = target;
        }

        if (!isChanged)
            return;
        if (patched.Checksums.Metadata)
            block.StoreChecksum(seed);
        patched.WriteBlock(physical, bytes);
    }
}
