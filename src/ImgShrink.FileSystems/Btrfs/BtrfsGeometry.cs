using System.Buffers.Binary;
using System.Security.Cryptography;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Btrfs.OnDisk;

namespace ImgShrink.FileSystems.Btrfs;

/// <summary>The numbers of a btrfs volume; proven once against the volume's length, then trusted.</summary>
/// <param name="Bytes">Bytes of the device.</param>
/// <param name="NodeSize">Bytes in a tree block, 4 to 64 KiB.</param>
/// <param name="DeviceId">The number of the device among those of the file system.</param>
/// <param name="Generation">The last one that was written; no block can be newer.</param>
/// <param name="TreeId">The id that tree blocks bear.</param>
/// <param name="ChecksumKind">How blocks are checked.</param>
internal sealed record BtrfsGeometry(
    long Bytes, int NodeSize, ulong DeviceId, ulong Generation, Guid TreeId, BtrfsChecksumKind ChecksumKind)
{
    public const string Advice = "Repair the volume (btrfs check), or copy the card again.";

    /// <summary>Proves the numbers of a superblock.</summary>
    /// <exception cref="CorruptImageException">They contradict each other, the partition, or the checksum.</exception>
    public static BtrfsGeometry From(byte[] bytes, long volumeBytes)
    {
        var superblock = new BtrfsSuperblock(bytes);
        if (HasGoodChecksum(superblock.ChecksumKind, bytes) == false)
            throw Damaged("csum", "another one", "the checksum of its bytes");
        if (superblock.Address != BtrfsSuperblock.Offset)
            throw Damaged("bytenr", $"{superblock.Address}", $"{BtrfsSuperblock.Offset}");
        if (superblock.NodeSize is < 4096 or > 65536 || !uint.IsPow2(superblock.NodeSize)
            || superblock.SectorSize is < 4096 or > 65536 || !uint.IsPow2(superblock.SectorSize))
            throw Damaged("nodesize and sectorsize", $"{superblock.NodeSize} and {superblock.SectorSize}", "4096 to 65536");
        if (superblock.DeviceBytes < BtrfsSuperblock.Offset + BtrfsSuperblock.Size || superblock.DeviceBytes > (ulong)volumeBytes)
            throw Damaged("dev_item.total_bytes", $"{superblock.DeviceBytes}", $"at most {volumeBytes}, which the partition has");
        if (superblock.SystemChunkBytes > BtrfsSuperblock.MostSystemChunkBytes)
            throw Damaged("sys_chunk_array_size", $"{superblock.SystemChunkBytes}", $"at most {BtrfsSuperblock.MostSystemChunkBytes}");
        bool hasTreeId = superblock.Features.HasFlag(BtrfsFeatures.MetadataUuid);
        return new BtrfsGeometry(
            (long)superblock.DeviceBytes, (int)superblock.NodeSize, superblock.DeviceId, superblock.Generation,
            new Guid(hasTreeId ? superblock.MetadataId : superblock.FsId, bigEndian: true), superblock.ChecksumKind);
    }

    /// <summary>Whether a superblock or tree block has the checksum of its bytes; null where that cannot be told here.</summary>
    public static bool? HasGoodChecksum(BtrfsChecksumKind kind, ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<byte> stored = block[..BtrfsSuperblock.ChecksumSize], content = block[BtrfsSuperblock.ChecksumSize..];
        return kind switch
        {
            BtrfsChecksumKind.Crc32C => BinaryPrimitives.ReadUInt32LittleEndian(stored) == Crc32C.Of(content),
            BtrfsChecksumKind.Sha256 => stored.SequenceEqual(SHA256.HashData(content)),
            _ => null,
        };
    }

    private static CorruptImageException Damaged(string field, string found, string expected) =>
        new(new Finding("btrfs superblock", field, found, expected), Advice);
}
