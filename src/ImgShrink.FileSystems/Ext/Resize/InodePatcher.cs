using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>Visits every inode: translates its pointers, renumbers it, and notes what the target holds of it.</summary>
/// <remarks>What is visited is the source, as it was: in the overlay with the patches some have a new number already.</remarks>
internal sealed class InodePatcher(
    ExtVolume source, ExtVolume patched, ResizeLayout layout, TargetContent content, WriteOverlay view)
{
    private readonly ExtGeometry _target = layout.Target;
    private readonly DirectoryPatcher _directories = new(patched, layout.Inodes);
    private readonly XattrPatcher _attributes = new(patched, layout);

    public void Run(CancellationToken cancellation)
    {
        ClearSlotsToBeUsed();
        if (MultiMount.BlockOf(patched) is { } block)
            Keep(layout.Relocations.Target(block), 1);
        source.VisitInodes((number, inode) =>
        {
            cancellation.ThrowIfCancellationRequested();
            Patch(number, inode);
        });
    }

    private void Patch(InodeNumber number, Inode inode)
    {
        InodeNumber renumbered = layout.Inodes[number];
        byte[] before = inode.Bytes.ToArray();
        if (number == InodeNumber.Resize && patched.Superblock.Compat.HasFlag(CompatFeatures.ResizeInode))
            RebuildResizeInode(inode);
        else if (inode.HasBlockMap)
            PatchMap(number, renumbered, inode);
        else if (inode.IsDirectory)
            _directories.PatchInline(number, inode);
        _attributes.Patch(number, inode);
        if (inode.XattrBlock != 0)
        {
            inode.XattrBlock = layout.Relocations.Target(inode.XattrBlock);
            Keep(inode.XattrBlock, 1);
        }

        // What stays as it is costs no memory: a large volume has millions of inodes.
        if (renumbered != number || !inode.Bytes.SequenceEqual(before))
            patched.WriteInode(renumbered, inode);
        var (group, slot) = _target.SlotOf(renumbered);
        content.Live.Add(layout.Tables.Tables[group].InodeTable + slot / _target.InodesPerBlock);
        if (number == patched.JournalInode)
            patched.Superblock.BackUpJournal(inode);
    }

    private void PatchMap(InodeNumber number, InodeNumber renumbered, Inode inode)
    {
        BlockMap map = BlockMap.Read(patched, number, inode);
        if (inode.IsDirectory)
            _directories.Patch(number, renumbered, inode, map);
        if (IsOrphanFile(number))
            PatchOrphanFile(renumbered, inode, map);

        TreeShape shape = TreeShape.Of(map.Extents, layout.Relocations);
        bool rebuild = inode.HasExtents && layout.Touches(number) && !shape.IsUnchanged;
        if (rebuild)
        {
            RebuildTree(number, renumbered, inode, map, shape);
        }
        else
        {
            if (layout.Touches(number))
                BlockMap.Patch(patched, renumbered, inode, layout.Relocations.Target);
            foreach (MapNode node in map.Nodes)
                Keep(layout.Relocations.Target(node.Block), 1);
        }

        bool isJournal = number == patched.JournalInode;
        foreach (Extent leaf in shape.Leaves)
        {
            content.Owned.Add(leaf.Physical, leaf.Length);
            // The log of a clean volume is dead but for its own superblock, which is its first block.
            if (isJournal && leaf.Logical == 0)
                content.Live.Add(leaf.Physical);
            else if (!isJournal && !leaf.Unwritten)
                content.Live.Add(leaf.Physical, leaf.Length);
        }
    }

    private void RebuildTree(InodeNumber number, InodeNumber renumbered, Inode inode, BlockMap map, TreeShape shape)
    {
        var nodes = ExtentTree.Build(patched, renumbered, inode, shape.Leaves, layout.NodeBlocks(number, map));
        foreach (var (block, bytes) in nodes)
        {
            Keep(block, 1);
            view.Write(block * _target.BlockSize, bytes);
        }

        long unit = inode.CountsInBlocks ? 1 : _target.BlockSize / 512;
        inode.BlocksCount += (nodes.Count - map.Nodes.Count) * unit;
    }

    private void RebuildResizeInode(Inode inode)
    {
        long root = layout.Relocations.Target(ResizeInode.RootBlock(inode));
        var resize = new ResizeInode(_target);
        resize.Update(inode, root);
        content.Owned.Add(root);
        foreach (var (block, bytes) in resize.Blocks(root))
        {
            content.Live.Add(block);
            view.Write(block * _target.BlockSize, bytes);
        }
    }

    private bool IsOrphanFile(InodeNumber number) =>
        patched.Superblock.Compat.HasFlag(CompatFeatures.OrphanFile)
            && patched.Superblock.OrphanFileInode == number.Value;

    /// <summary>The checksums of the orphan file cover its inode's number and each block's own number.</summary>
    private void PatchOrphanFile(InodeNumber renumbered, Inode inode, BlockMap map)
    {
        if (!patched.Checksums.Metadata)
            return;
        uint seed = patched.Checksums.InodeSeed(renumbered, inode.Generation);
        foreach (Extent extent in map.Extents)
        {
            for (long block = extent.Physical; block < extent.PhysicalEnd; block++)
            {
                byte[] bytes = patched.ReadBlock(block);
                uint sum = ExtChecksums.OfOrphanBlock(seed, layout.Relocations.Target(block), bytes);
                Le.Put32(bytes, bytes.Length - 4, sum);
                patched.WriteBlock(block, bytes);
            }
        }
    }

    private void Keep(long block, long count)
    {
        content.Owned.Add(block, count);
        content.Live.Add(block, count);
    }

    /// <summary>
    /// Slots behind those that were ever in use may hold anything: the part of a table that gets inodes is cleared
    /// first.
    /// </summary>
    private void ClearSlotsToBeUsed()
    {
        foreach (var group in layout.Inodes.NewNumbers.Select(_target.SlotOf).GroupBy(at => at.Group, at => at.Slot))
        {
            int from = patched.InitialisedInodes(group.Key);
            int end = group.Max() / _target.InodesPerBlock * _target.InodesPerBlock + _target.InodesPerBlock;
            long table = patched.Groups[group.Key].InodeTable * _target.BlockSize;
            if (end > from)
                patched.Store.Write(table + (long)from * _target.InodeSize, new byte[(end - from) * _target.InodeSize]);
        }
    }
}
