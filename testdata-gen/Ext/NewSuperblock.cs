using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.SampleCards.Ext;

/// <summary>The superblock of a new volume: everything that follows from its length and its format.</summary>
/// <remarks>
/// The numbers are chosen as mke2fs chooses them, so that a sample behaves like a real card when it grows.
/// </remarks>
internal static class NewSuperblock
{
    public const int GroupsPerFlex = 16;

    private const int InodeSize = 256;
    private const int ExtraIsize = 32;
    private const uint SignedHash = 1;      // s_flags: directory hashes treat characters as signed
    private const byte HalfMd4 = 1;         // s_def_hash_version
    private const uint AclAndXattr = 0xC;   // s_default_mount_opts: user_xattr, acl

    // A last group with less room than this for data is not worth its tables; mke2fs drops it too.
    private const int SmallestUsefulGroup = 50;

    /// <summary>The 1024 bytes of the superblock; counts of free blocks and inodes are still 0.</summary>
    /// <param name="volumeBytes">Length of the partition.</param>
    /// <param name="format">What the volume is to be like.</param>
    /// <exception cref="NotEnoughSpaceException">The partition is too small for a volume.</exception>
    public static byte[] Make(long volumeBytes, ExtFormat format)
    {
        var bytes = new byte[Superblock.Size];
        bool modern = format.Flavour == ExtFlavour.Default;
        uint now = (uint)format.Time.ToUnixTimeSeconds();
        var sb = new Superblock(bytes)
        {
            // The features come first: they decide how wide the fields that follow are.
            Compat = CompatFeatures.HasJournal | CompatFeatures.ExtAttr | CompatFeatures.ResizeInode | CompatFeatures.DirIndex
                | (format.OrphanFile ? CompatFeatures.OrphanFile : 0),
            Incompat = IncompatFeatures.FileType | IncompatFeatures.Extents | IncompatFeatures.FlexBg
                | (modern ? IncompatFeatures.Bit64 : 0) | (format.ChecksumSeed ? IncompatFeatures.ChecksumSeed : 0),
            ReadOnly = ReadOnlyFeatures.SparseSuper | ReadOnlyFeatures.LargeFile | ReadOnlyFeatures.DirNlink | ReadOnlyFeatures.ExtraIsize
                | (modern ? ReadOnlyFeatures.HugeFile | ReadOnlyFeatures.MetadataChecksum : 0),
            Magic = Superblock.ExpectedMagic,
            Revision = 1,
            State = FsState.CleanlyUnmounted,
            ErrorBehaviour = 1,
            MaxMountCount = ushort.MaxValue,
            MakeTime = now,
            WriteTime = now,
            LastCheck = now,
            FirstInode = 11,
            InodeSize = InodeSize,
            MinExtraIsize = ExtraIsize,
            WantExtraIsize = ExtraIsize,
            DescriptorSize = (ushort)(modern ? 64 : 0),
            LogGroupsPerFlex = (byte)int.Log2(GroupsPerFlex),
            ChecksumType = (byte)(modern ? 1 : 0),
            Label = format.Label,
            Flags = SignedHash,
            DefaultHashVersion = HalfMd4,
            DefaultMountOptions = AclAndXattr,
        };
        format.Uuid.TryWriteBytes(sb.Uuid, bigEndian: true, out _);
        format.HashSeed.TryWriteBytes(sb.HashSeed, bigEndian: true, out _);
        if (format.ChecksumSeed)
            Le.Put32(bytes, 0x270, Crc32C.Append(uint.MaxValue, sb.Uuid)); // s_checksum_seed
        SetSizes(sb, volumeBytes, format);
        return bytes;
    }

    private static void SetSizes(Superblock sb, long volumeBytes, ExtFormat format)
    {
        int blockSize = format.BlockSize;
        int first = blockSize == 1024 ? 1 : 0;
        int perGroup = 8 * blockSize;
        int perDescriptorBlock = blockSize / (format.Flavour == ExtFlavour.Default ? 64 : 32);
        long blocks = volumeBytes / blockSize;
        if (blocks * blockSize < 2 << 20)
            throw new NotEnoughSpaceException(
                $"A sample ext4 volume needs 2 MiB at least; there are {volumeBytes} bytes.");

        int bytesPerInode = format.BytesPerInode ?? (volumeBytes < 512 << 20 ? 4096 : 16384);
        long groups = Groups(blocks);
        long inodesPerGroup = CeilingDivide(CeilingDivide(blocks * blockSize, bytesPerInode), groups);
        int step = Math.Max(8, blockSize / InodeSize);
        inodesPerGroup = Math.Clamp(CeilingDivide(inodesPerGroup, step) * step, 2 * step, perGroup);

        long tail = (blocks - first) % perGroup;
        long overhead = CeilingDivide(inodesPerGroup * InodeSize, blockSize) + 2 + 1 + DescriptorBlocks(groups)
            + Reserved(blocks);
        if (tail > 0 && groups > 1 && tail < overhead + SmallestUsefulGroup)
        {
            blocks -= tail;
            groups--;
        }

        sb.FirstDataBlock = (uint)first;
        sb.LogBlockSize = (uint)int.Log2(blockSize / 1024);
        sb.LogClusterSize = sb.LogBlockSize;
        sb.BlocksPerGroup = sb.ClustersPerGroup = (uint)perGroup;
        sb.BlocksCount = blocks;
        sb.ReservedBlocks = blocks / 20;
        sb.ReservedGdtBlocks = (ushort)Reserved(blocks);
        sb.InodesPerGroup = (uint)inodesPerGroup;
        sb.InodesCount = (uint)(inodesPerGroup * groups);

        long Groups(long count) => CeilingDivide(count - first, perGroup);
        long DescriptorBlocks(long count) => CeilingDivide(count, perDescriptorBlock);

        // Room for descriptors so that the volume can grow a thousandfold while it is mounted.
        long Reserved(long count)
        {
            long largest = Math.Min(count * 1024, uint.MaxValue);
            return Math.Min(DescriptorBlocks(Groups(largest)) - DescriptorBlocks(Groups(count)), blockSize / 4);
        }
    }

    private static long CeilingDivide(long number, long by) => (number + by - 1) / by;
}
