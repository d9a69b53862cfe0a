using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.SampleCards.Ext;

/// <summary>A volume while it is being made: which blocks are taken so far, and the structures written last.</summary>
/// <remarks>The store reads as zeros at the start; whatever is zero in the result is never written, and stays a hole.</remarks>
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

    /// <summary>The first inodes up to this one are in use.</summary>
    public InodeNumber LastInode { get; private set; }

    public uint Now => (uint)Format.Time.ToUnixTimeSeconds();

    /// <summary>Takes a run of blocks: the first one that is free from <paramref name="goal"/> on, else from the start.</summary>
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

        throw new NotEnoughSpaceException($"The sample volume of {Geometry.Bytes} bytes has no run of {count} free blocks.");
    }

    public void WriteBlock(long block, ReadOnlySpan<byte> bytes) => _store.Write(block * Geometry.BlockSize, bytes);

    /// <summary>Writes an inode of root's, with one link, whose size and i_blocks are those of its extents.</summary>
    /// <param name="number">Its number; numbers are given in ascending order.</param>
    /// <param name="mode">Kind and permissions.</param>
    /// <param name="start">The first of its blocks, which are one run; 0 if <paramref name="finish"/> makes the map.</param>
    /// <param name="blocks">How many blocks it has.</param>
    /// <param name="finish">Sets what differs from that.</param>
    public void WriteInode(InodeNumber number, ushort mode, long start, int blocks, Finish? finish = null)
    {
        var inode = new Inode(new byte[Geometry.InodeSize])
        {
            Mode = mode,
            LinksCount = 1,
            Size = (long)blocks * Geometry.BlockSize,
            AccessTime = Now,
            ChangeTime = Now,
            ModifyTime = Now,
            ExtraSize = 32,
        };
        Le.Put32(inode.Bytes, CreationTimeOffset, Now);
        inode.BlocksCount = (long)blocks * (Geometry.BlockSize / 512);
        if (start > 0)
        {
            inode.Flags = InodeFlags.Extents;
            ExtentNode root = ExtentNode.Format(inode.Block, ExtentNode.RootCapacity, depth: 0);
            root.SetLeaf(0, new Extent(0, start, blocks, Unwritten: false));
            root.Entries = 1;
        }

        finish?.Invoke(inode);
        if (Checksums.Metadata)
            inode.Checksum = Checksums.OfInode(number, inode);
        if (number.Value == Superblock.JournalInode)
            BackUpJournalMap(inode);
        var (group, slot) = Geometry.SlotOf(number);
        _store.Write(Groups[group].InodeTable * Geometry.BlockSize + (long)slot * Geometry.InodeSize, inode.Bytes);
        if (LastInode.Value < number.Value)
            LastInode = number;
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

    /// <summary>The superblock keeps a copy of the journal's map, should its inode be lost.</summary>
    private void BackUpJournalMap(Inode journal)
    {
        Superblock sb = Superblock;
        sb.JournalBackupType = 1;
        journal.Block.CopyTo(sb.JournalBlocks);
        Le.Put32(sb.JournalBlocks, 60, (uint)(journal.Size >> 32));
        Le.Put32(sb.JournalBlocks, 64, unchecked((uint)journal.Size));
    }

    /// <summary>Completes an inode before it is stored.</summary>
    public delegate void Finish(Inode inode);
}
