using ImgShrink.Blocks;
using ImgShrink.FileSystems.Xfs.OnDisk;

namespace ImgShrink.FileSystems.Xfs;

/// <summary>The numbers of an XFS volume; proven once against the volume's length, then trusted.</summary>
/// <param name="IsVersion5">Whether structures have checksums.</param>
/// <param name="BlockSize">Bytes in a block.</param>
/// <param name="SectorSize">Bytes in a sector, in which headers are kept.</param>
/// <param name="BlockCount">Blocks of the volume.</param>
/// <param name="GroupBlocks">Blocks in an allocation group; the last one may have fewer.</param>
/// <param name="GroupCount">Number of allocation groups.</param>
/// <param name="Log">Where the log is; empty where it is on another device.</param>
/// <param name="Uuid">What the log bears.</param>
/// <param name="MetadataUuid">What structures bear.</param>
internal sealed record XfsGeometry(
    bool IsVersion5, int BlockSize, int SectorSize, long BlockCount, uint GroupBlocks, uint GroupCount, ByteRange Log,
    Guid Uuid, Guid MetadataUuid)
{
    public const string Advice = "Repair the volume (xfs_repair), or copy the card again.";

    /// <summary>Bytes that the file system spans.</summary>
    public long Bytes => BlockCount * BlockSize;

    /// <summary>Blocks of an allocation group.</summary>
    public uint BlocksOf(uint group) => (uint)Math.Min(GroupBlocks, BlockCount - (long)group * GroupBlocks);

    /// <summary>Where a block of an allocation group begins.</summary>
    public long At(uint group, long block) => ((long)group * GroupBlocks + block) * BlockSize;

    /// <summary>Proves the numbers of a superblock.</summary>
    /// <exception cref="CorruptImageException">They contradict each other, the partition, or the checksum.</exception>
    public static XfsGeometry From(IBlockSource volume)
    {
        if (volume.Length < XfsSuperblock.SmallestSize)
            throw Damaged("the partition", $"{volume.Length} bytes long", "a sector or more");
        var superblock = new XfsSuperblock(volume.ReadBytes(0, XfsSuperblock.SmallestSize));
        if (superblock.Version is not (4 or 5))
            throw Damaged("sb_versionnum", $"{superblock.Version}", "4 or 5");
        if (superblock.BlockLog is < 9 or > 16 || superblock.BlockSize != 1u << superblock.BlockLog)
            throw Damaged("sb_blocksize", $"{superblock.BlockSize}", "2^sb_blocklog, 512 to 65536");
        if (superblock.SectorSize is < 512 or > 32768 || !int.IsPow2(superblock.SectorSize)
            || superblock.SectorSize > superblock.BlockSize || 4 * superblock.SectorSize > volume.Length)
            throw Damaged("sb_sectsize", $"{superblock.SectorSize}", "512 to 32768, and no more than a block");
        bool isVersion5 = superblock.Version == 5;
        if (isVersion5 && !HasGoodChecksum(volume.ReadBytes(0, superblock.SectorSize), XfsSuperblock.ChecksumAt))
            throw Damaged("sb_crc", "another one", "the checksum of its bytes");
        if (superblock.BlockCount == 0 || superblock.BlockCount > (ulong)volume.Length >> superblock.BlockLog)
            throw Damaged("sb_dblocks", $"{superblock.BlockCount}",
                $"at most {volume.Length >> superblock.BlockLog}, which the partition has");
        long blocks = (long)superblock.BlockCount, groupBlocks = superblock.GroupBlocks, groups = superblock.GroupCount;
        if (groupBlocks < 4 * superblock.SectorSize / superblock.BlockSize + 1 || groupBlocks > uint.MaxValue / 2
            || groups != (blocks + groupBlocks - 1) / groupBlocks)
            throw Damaged("sb_agcount", $"{groups} of {groupBlocks} blocks", $"as many as make {blocks}");
        bool hasMetadataUuid = isVersion5 && (superblock.Features & XfsSuperblock.HasMetadataUuid) != 0;
        return new XfsGeometry(
            isVersion5, (int)superblock.BlockSize, superblock.SectorSize, blocks, superblock.GroupBlocks,
            superblock.GroupCount, LogOf(superblock), new Guid(superblock.Uuid, bigEndian: true),
            new Guid(hasMetadataUuid ? superblock.MetadataUuid : superblock.Uuid, bigEndian: true));
    }

    /// <summary>Whether a structure has the crc32c of its bytes, which is taken with zeros in its place.</summary>
    public static bool HasGoodChecksum(ReadOnlySpan<byte> bytes, int at)
    {
        uint state = Crc32C.Append(~0u, bytes[..at]);
        state = Crc32C.Append(state, 0u);
        return ~Crc32C.Append(state, bytes[(at + 4)..]) == Le.U32(bytes, at);
    }

    /// <summary>The log lies in one group; its number is in the upper bits of sb_logstart.</summary>
    private static ByteRange LogOf(XfsSuperblock superblock)
    {
        if (superblock.LogStart == 0)
            return default;
        if (superblock.GroupLog is < 1 or > 32)
            throw Damaged("sb_agblklog", $"{superblock.GroupLog}", "1 to 32");
        ulong group = superblock.LogStart >> superblock.GroupLog;
        ulong block = superblock.LogStart - (group << superblock.GroupLog);
        if (group >= superblock.GroupCount || superblock.LogBlocks == 0 || block + superblock.LogBlocks > superblock.GroupBlocks
            || group * superblock.GroupBlocks + block + superblock.LogBlocks > superblock.BlockCount)
            throw Damaged("sb_logstart", $"block {block} of group {group}, for {superblock.LogBlocks} blocks", "inside of a group");
        long first = (long)(group * superblock.GroupBlocks + block);
        return new ByteRange(first * superblock.BlockSize, (long)superblock.LogBlocks * superblock.BlockSize);
    }

    private static CorruptImageException Damaged(string field, string found, string expected) =>
        new(new Finding("XFS superblock", field, found, expected), Advice);
}
