using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>Where the fixed structures of an ext volume lie; validated once, trusted everywhere.</summary>
/// <remarks>
/// A volume before it gets another size and the same afterwards are two geometries; see <see cref="WithBlockCount"/>.
/// </remarks>
/// <param name="BlockSize">Bytes in a block, 1024 to 65536.</param>
/// <param name="BlockCount">Blocks in the volume, including those before <paramref name="FirstDataBlock"/>.</param>
/// <param name="FirstDataBlock">Block that holds the superblock: 1 with blocks of 1 KiB, else 0.</param>
/// <param name="BlocksPerGroup">Blocks in every group but the last.</param>
/// <param name="InodesPerGroup">Inodes in every group.</param>
/// <param name="InodeSize">Bytes in an inode.</param>
/// <param name="DescriptorSize">Bytes in a group descriptor.</param>
/// <param name="ReservedGdtBlocks">Blocks kept behind the descriptors for growth.</param>
/// <param name="FirstInode">The first inode that is not reserved.</param>
/// <param name="SparseSuper">Backups only in group 1 and in powers of 3, 5 and 7.</param>
/// <param name="FlexBg">Bitmaps and tables may lie outside of their group.</param>
internal sealed partial record ExtGeometry(
    int BlockSize,
    long BlockCount,
    int FirstDataBlock,
    int BlocksPerGroup,
    int InodesPerGroup,
    int InodeSize,
    int DescriptorSize,
    int ReservedGdtBlocks,
    uint FirstInode,
    bool SparseSuper,
    bool FlexBg)
{
    /// <summary>Number of block groups; the last one may be short.</summary>
    public int GroupCount => (int)((BlockCount - FirstDataBlock + BlocksPerGroup - 1) / BlocksPerGroup);

    /// <summary>Blocks that the group descriptors take in each copy.</summary>
    public int DescriptorBlocks => (GroupCount + DescriptorsPerBlock - 1) / DescriptorsPerBlock;

    /// <summary>Group descriptors in a block.</summary>
    public int DescriptorsPerBlock => BlockSize / DescriptorSize;

    /// <summary>Blocks of one group's inode table.</summary>
    public int InodeTableBlocks => (int)(((long)InodesPerGroup * InodeSize + BlockSize - 1) / BlockSize);

    /// <summary>Inodes in a block of the inode table.</summary>
    public int InodesPerBlock => BlockSize / InodeSize;

    /// <summary>Number of inodes, a whole number of groups.</summary>
    public uint InodeCount => (uint)((long)InodesPerGroup * GroupCount);

    /// <summary>Length of the volume in bytes.</summary>
    public long Bytes => BlockCount * BlockSize;

    /// <summary>The first block of a group.</summary>
    public long GroupStart(int group) => FirstDataBlock + (long)group * BlocksPerGroup;

    /// <summary>The first block behind a group.</summary>
    public long GroupEnd(int group) => Math.Min(GroupStart(group) + BlocksPerGroup, BlockCount);

    /// <summary>The group that a block lies in.</summary>
    public int GroupOf(long block) => (int)((block - FirstDataBlock) / BlocksPerGroup);

    /// <summary>The group that an inode belongs to, and its slot in the group's table.</summary>
    public (int Group, int Slot) SlotOf(InodeNumber inode) =>
        ((int)((inode.Value - 1) / (uint)InodesPerGroup), (int)((inode.Value - 1) % (uint)InodesPerGroup));

    /// <summary>Reads the geometry out of a superblock and checks every number that others are computed from.</summary>
    /// <param name="superblock">A superblock with the right magic.</param>
    /// <param name="volumeBytes">Length of the partition.</param>
    /// <exception cref="CorruptImageException">A number contradicts another one, or the format.</exception>
    public static ExtGeometry From(Superblock superblock, long volumeBytes)
    {
        Check(superblock.LogBlockSize <= 6, "s_log_block_size", superblock.LogBlockSize, "0 to 6");
        int blockSize = 1024 << (int)superblock.LogBlockSize;
        // With clusters (bigalloc, refused by name elsewhere) it is 0 whatever the block size.
        bool clustered = superblock.ReadOnly.HasFlag(ReadOnlyFeatures.BigAlloc);
        Check(clustered || superblock.FirstDataBlock == (blockSize == 1024 ? 1 : 0), "s_first_data_block",
            superblock.FirstDataBlock, blockSize == 1024 ? "1" : "0");
        Check(superblock.Revision <= 1, "s_rev_level", superblock.Revision, "0 or 1");
        bool dynamic = superblock.Revision == 1;
        int inodeSize = dynamic ? superblock.InodeSize : Inode.CoreSize;
        Check(inodeSize >= Inode.CoreSize && inodeSize <= blockSize && int.PopCount(inodeSize) == 1, "s_inode_size",
            inodeSize, $"a power of two from 128 to {blockSize}");
        bool wide = superblock.Incompat.HasFlag(IncompatFeatures.Bit64);
        int descriptorSize = superblock.DescriptorSize;
        Check(descriptorSize >= (wide ? 64 : 0) && descriptorSize <= 1024 && int.PopCount(descriptorSize) <= 1, "s_desc_size",
            descriptorSize, wide ? "a power of two from 64 to 1024" : "0, or a power of two up to 1024");
        uint blocksPerGroup = superblock.BlocksPerGroup;
        // A volume with clusters has a bit for each of those; it is refused by name elsewhere, and is no damage.
        int clusterShift = clustered ? (int)Math.Clamp(
            (long)superblock.LogClusterSize - superblock.LogBlockSize, 0, 10) : 0;
        long mostPerGroup = 8L * blockSize << clusterShift;
        Check(blocksPerGroup >= 8 && blocksPerGroup <= mostPerGroup && blocksPerGroup % 8 == 0, "s_blocks_per_group",
            blocksPerGroup, $"a multiple of 8 from 8 to {mostPerGroup}");
        Check(clustered || superblock.LogClusterSize == superblock.LogBlockSize, "s_log_cluster_size",
            superblock.LogClusterSize, $"{superblock.LogBlockSize}, as s_log_block_size");
        Check(clustered || superblock.ClustersPerGroup == blocksPerGroup, "s_clusters_per_group",
            superblock.ClustersPerGroup, $"{blocksPerGroup}, as s_blocks_per_group");
        uint inodesPerGroup = superblock.InodesPerGroup;
        Check(inodesPerGroup >= 8 && inodesPerGroup <= 8 * blockSize && inodesPerGroup % 8 == 0, "s_inodes_per_group",
            inodesPerGroup, $"a multiple of 8 from 8 to {8 * blockSize}");
        long blockCount = superblock.BlocksCount;
        Check(blockCount > superblock.FirstDataBlock, "s_blocks_count", blockCount,
            $"more than {superblock.FirstDataBlock}");
        Check(blockCount <= int.MaxValue * (long)(blocksPerGroup / 8), "s_blocks_count", blockCount,
            "fewer than 2^31 groups");
        Check(superblock.ReservedBlocks >= 0 && superblock.ReservedBlocks <= blockCount / 2, "s_r_blocks_count",
            superblock.ReservedBlocks, $"at most {blockCount / 2}");
        bool resizable = superblock.Compat.HasFlag(CompatFeatures.ResizeInode);
        Check(superblock.ReservedGdtBlocks <= (resizable ? blockSize / 4 : 0), "s_reserved_gdt_blocks",
            superblock.ReservedGdtBlocks, resizable ? $"at most {blockSize / 4}" : "0");
        if (blockCount > volumeBytes / blockSize)
            throw new CorruptImageException(
                Wrong("s_blocks_count", $"{blockCount} blocks of {blockSize} bytes",
                    $"at most {volumeBytes / blockSize}, which the partition holds"),
                $"{(Int128)blockCount * blockSize - volumeBytes} bytes are missing at the end: the copy is incomplete, read the card again.");

        var geometry = new ExtGeometry(
            blockSize,
            blockCount,
            (int)superblock.FirstDataBlock,
            (int)blocksPerGroup,
            (int)inodesPerGroup,
            inodeSize,
            wide ? descriptorSize : 32,
            superblock.ReservedGdtBlocks,
            dynamic ? superblock.FirstInode : 11,
            superblock.ReadOnly.HasFlag(ReadOnlyFeatures.SparseSuper),
            superblock.Incompat.HasFlag(IncompatFeatures.FlexBg)).WithCopiesOf(superblock);
        Check(superblock.InodesCount == (long)inodesPerGroup * geometry.GroupCount, "s_inodes_count",
            superblock.InodesCount, $"{(long)inodesPerGroup * geometry.GroupCount} (groups x inodes per group)");
        // The reserved ones may reach into the second group: there are groups of 8.
        Check(geometry.FirstInode >= 11 && geometry.FirstInode <= geometry.InodeCount, "s_first_ino", geometry.FirstInode,
            $"11 to {geometry.InodeCount}");
        int last = geometry.GroupCount - 1;
        int pointers = blockSize / 4;
        Check(geometry.ReservedGdtBlocks == 0 || geometry.SuperblockGroups().Skip(1).Take(pointers + 1).Count(
            ) <= pointers, "s_reserved_gdt_blocks", superblock.ReservedGdtBlocks,
                $"0 with more than {pointers} backups of the superblock");
        Check(geometry.FixedBlocks(0) < blocksPerGroup, "s_reserved_gdt_blocks", superblock.ReservedGdtBlocks,
            "fewer than a group has blocks");
        int mandatory = geometry.SmallestGroup(last) - geometry.SpareBlocks(last);
        Check(geometry.GroupEnd(last) - geometry.GroupStart(last) >= mandatory, "s_blocks_count",
            blockCount, $"at least {mandatory} blocks in the last group");
        return geometry;
    }

    private static void Check(bool valid, string field, long found, string expected)
    {
        if (!valid)
            throw new CorruptImageException(Wrong(field, found.ToString(), expected), ExtVolume.RepairAdvice);
    }

    private static Finding Wrong(string field, string found, string expected) =>
        new("ext superblock", field, found, expected);
}
