using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.SampleCards.Ext;

/// <summary>A volume while it is being made: which blocks are taken so far, and the structures written last.</summary>
/// <remarks>
/// The store reads as zeros at the start; whatever is zero in the result is never written, and stays a hole.
/// </remarks>
internal sealed class ExtDraft
{
    private const int CreationTimeOffset = 0x90; // i_crtime

    private readonly byte[] _superblock;
    private readonly IBlockStore _store;

    public ExtDraft(IBlockStore store, ExtFormat format)
    {
        _store = store;
        Format = format;
        _superblock = NewSuperblock.Make(store.Length, format);
        Geometry = ExtGeometry.From(Superblock, store.Length);
        Checksums = new ExtChecksums(Superblock);
        Groups = new GroupTable(Geometry);
        Used = new BlockSet(Geometry.BlockCount);
        UsedInodes = new BlockSet(Geometry.InodeCount);
        UsedInodes.Add(0, Geometry.FirstInode - 1);
        for (int group = 0; group < Geometry.GroupCount; group++)
            Used.Add(Geometry.GroupStart(group), Geometry.FixedBlocks(group));
    }

    public ExtFormat Format { get; }
    public ExtGeometry Geometry { get; }
    public ExtChecksums Checksums { get; }
    public GroupTable Groups { get; }

    /// <summary>Every block that is taken.</summary>
    public BlockSet Used { get; }

    public Superblock Superblock => new(_superblock);

    /// <summary>Every inode that is in use; bit 0 stands for inode 1.</summary>
    public BlockSet UsedInodes { get; }

    public uint Now => (uint)Format.Time.ToUnixTimeSeconds();

    /// <summary>
    /// Takes a run of blocks: the first one that is free from <paramref name="goal"/> on, else from the start.
    /// </summary>
    /// <exception cref="NotEnoughSpaceException">There is no such run.</exception>
    public long Take(long count, long goal)
    {
        foreach (long from in new[] { goal, Geometry.FirstDataBlock })
        {
            foreach (var (start, free) in Used.Gaps(from, Geometry.BlockCount))
            {
                if (free < count)
                    continue;
                Used.Add(start, count);
                return start;
            }
        }

        throw new NotEnoughSpaceException(
            $"The sample volume of {Geometry.Bytes} bytes has no run of {count} free blocks.");
    }

    /// <summary>Writes one block, or several in a row.</summary>
    public void WriteBlock(long block, ReadOnlySpan<byte> bytes) => _store.Write(block * Geometry.BlockSize, bytes);

    /// <summary>Takes the first free inode of a group, or of those behind it, then of those before it.</summary>
    /// <exception cref="NotEnoughSpaceException">There is none left.</exception>
    public InodeNumber TakeInode(int group)
    {
        long limit = Geometry.InodeCount;
        long slot = UsedInodes.NextOut((long)group * Geometry.InodesPerGroup, limit);
        if (slot == limit)
            slot = UsedInodes.NextOut(0, limit);
        if (slot == limit)
            throw new NotEnoughSpaceException($"The sample volume has only {limit} inodes.");
        UsedInodes.Add(slot);
        return new InodeNumber((uint)slot + 1);
    }

    /// <summary>Counts a directory in the group that its inode belongs to.</summary>
    public void CountDirectory(InodeNumber number)
    {
        GroupDescriptor descriptor = Groups[Geometry.SlotOf(number).Group];
        descriptor.UsedDirs++;
    }

    /// <summary>
    /// A new inode of root's, with one link and no content; every time in it is <paramref name="time"/>.
    /// </summary>
    public Inode NewInode(ushort mode, uint time)
    {
        var inode = new Inode(new byte[Geometry.InodeSize])
        {
            Mode = mode,
            LinksCount = 1,
            AccessTime = time,
            ChangeTime = time,
            ModifyTime = time,
            ExtraSize = 32,
        };
        Le.Put32(inode.Bytes, CreationTimeOffset, time);
        return inode;
    }

    /// <summary>Gives an inode one run of blocks as its content, all of which its size covers.</summary>
    public void SetRun(Inode inode, long start, int blocks)
    {
        inode.Size = (long)blocks * Geometry.BlockSize;
        inode.BlocksCount = inode.Size / 512;
        inode.Flags |= InodeFlags.Extents;
        ExtentNode root = ExtentNode.Format(inode.Block, ExtentNode.RootCapacity, depth: 0);
        root.SetLeaf(0, new Extent(0, start, blocks, Unwritten: false));
        root.Entries = 1;
    }

    /// <summary>Stores an inode in its slot, with its checksum.</summary>
    public void WriteInode(InodeNumber number, Inode inode)
    {
        if (Checksums.Metadata)
            inode.Checksum = Checksums.OfInode(number, inode);
        var (group, slot) = Geometry.SlotOf(number);
        _store.Write(Groups[group].InodeTable * Geometry.BlockSize + (long)slot * Geometry.InodeSize, inode.Bytes);
    }

    /// <summary>Writes the superblock and the descriptors: first the copies, then the primary ones.</summary>
    public void WriteSuperblocks()
    {
        for (int group = 0; group < Groups.Count && Checksums.Groups; group++)
        {
            GroupDescriptor descriptor = Groups[group];
            descriptor.Checksum = Checksums.Descriptor(group, descriptor);
        }

        foreach (int group in Geometry.SuperblockGroups().Reverse())
        {
            byte[] bytes = [.. _superblock];
            var copy = new Superblock(bytes) { GroupNumber = (ushort)group };
            if (group > 0)
                copy.State = 0; // A copy is not kept up to date, so it never claims to be clean.
            if (Checksums.Metadata)
                copy.Checksum = copy.ComputeChecksum();
            long at = Geometry.GroupStart(group);
            _store.Write(group == 0 ? Superblock.Offset : at * Geometry.BlockSize, bytes);
            WriteBlock(at + 1, Groups.Bytes);
        }
    }
}
