using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Quota;

namespace ImgShrink.FileSystems.Ext;

public sealed partial class ExtVolume
{
    // Blocks of the inode tables in which no inode was in use when they were read: without group checksums the tables are
    // initialised to their ends, a hundred megabytes of nothing on a usual card, and every pass would read them again.
    private readonly BlockSet _vacantTableBlocks;

    /// <summary>Sees one inode; the view is good until the visitor returns.</summary>
    internal delegate void InodeVisitor(InodeNumber number, Inode inode);

    /// <summary>The inode of the journal; null where the volume has none, or has it on another device.</summary>
    internal InodeNumber? JournalInode =>
        Superblock.Compat.HasFlag(CompatFeatures.HasJournal) && !Superblock.HasExternalJournal
        ? new InodeNumber(Superblock.JournalInode)
        : null;

    /// <summary>
    /// Whether an ordinary number belongs to a file that no directory names: the orphan file, or the quota of projects.
    /// </summary>
    internal bool IsNameless(InodeNumber number) =>
        Superblock.Compat.HasFlag(CompatFeatures.OrphanFile) && number.Value == Superblock.OrphanFileInode
        || QuotaFile.Inodes(this).Any(quota => quota.Number == number);

    /// <summary>Where an inode lies, in bytes from the start of the volume.</summary>
    internal long InodeAddress(InodeNumber number)
    {
        var (group, slot) = Geometry.SlotOf(number);
        return Groups[group].InodeTable * Geometry.BlockSize + (long)slot * Geometry.InodeSize;
    }

    /// <summary>The bytes of one inode; wrap them in an <see cref="Inode"/>.</summary>
    internal byte[] ReadInode(InodeNumber number) => Store.ReadBytes(InodeAddress(number), Geometry.InodeSize);

    /// <summary>Stores an inode in its slot, with its checksum.</summary>
    internal void WriteInode(InodeNumber number, Inode inode)
    {
        _vacantTableBlocks.Remove(InodeAddress(number) / Geometry.BlockSize);
        if (Checksums.Metadata)
            inode.Checksum = Checksums.OfInode(number, inode);
        Store.Write(InodeAddress(number), inode.Bytes);
    }

    /// <summary>
    /// How many slots at the start of a group's inode table may hold inodes; those behind are never read.
    /// </summary>
    internal int InitialisedInodes(int group)
    {
        if (!Checksums.Groups)
            return Geometry.InodesPerGroup;
        GroupDescriptor descriptor = Groups[group];
        return descriptor.Flags.HasFlag(GroupFlags.InodeUninit)
            ? 0
            : Geometry.InodesPerGroup - (int)Math.Min(descriptor.UnusedInodes, (uint)Geometry.InodesPerGroup);
    }

    /// <summary>
    /// Visits every inode that is in use, ascending: those with links, and the reserved ones that have a mode or
    /// blocks.
    /// </summary>
    internal void VisitInodes(InodeVisitor visit)
    {
        var bytes = new byte[Geometry.BlockSize];
        for (int group = 0; group < Geometry.GroupCount; group++)
        {
            int initialised = InitialisedInodes(group);
            for (int slot = 0; slot < initialised; slot += Geometry.InodesPerBlock)
            {
                long block = Groups[group].InodeTable + slot / Geometry.InodesPerBlock;
                if (_vacantTableBlocks[block])
                    continue;
                Store.Read(block * Geometry.BlockSize, bytes);
                var first = new InodeNumber((uint)((long)group * Geometry.InodesPerGroup + slot + 1));
                if (!VisitTableBlock(bytes, first, Math.Min(Geometry.InodesPerBlock, initialised - slot), visit))
                    _vacantTableBlocks.Add(block);
            }
        }
    }

    private bool VisitTableBlock(byte[] bytes, InodeNumber first, int count, InodeVisitor visit)
    {
        bool any = false;
        for (int i = 0; i < count; i++)
        {
            var inode = new Inode(bytes.AsSpan(i * Geometry.InodeSize, Geometry.InodeSize));
            var number = new InodeNumber(first.Value + (uint)i);
            bool used = inode.LinksCount != 0 || number.Value < Geometry.FirstInode && inode.Mode != 0;
            if (!used && (number != InodeNumber.BadBlocks || !inode.Block.ContainsAnyExcept((byte)0)))
                continue;
            any = true;
            visit(number, inode);
        }

        return any;
    }
}
