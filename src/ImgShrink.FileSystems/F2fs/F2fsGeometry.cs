using ImgShrink.Blocks;
using ImgShrink.FileSystems.F2fs.OnDisk;

namespace ImgShrink.FileSystems.F2fs;

/// <summary>The numbers of an F2FS volume in blocks of 4096 bytes; proven once against the volume's length, then trusted.</summary>
/// <param name="BlockCount">Blocks of the volume.</param>
/// <param name="Checkpoint">First block of the first of two checkpoint packs, each in a segment of its own.</param>
/// <param name="Sit">First block of the segment information table.</param>
/// <param name="SitBlocks">Blocks of one copy of that table; the second copy follows.</param>
/// <param name="Main">First block of the main area; all before it is the file system's own.</param>
/// <param name="MainSegments">Segments of the main area.</param>
/// <param name="HasPayload">Whether a checkpoint has further blocks for its bitmaps.</param>
internal readonly record struct F2fsGeometry(
    long BlockCount, long Checkpoint, long Sit, long SitBlocks, long Main, long MainSegments, bool HasPayload)
{
    public const string Advice = "Repair the volume (fsck.f2fs), or copy the card again.";
    public const int BlockSize = 4096;
    public const int SegmentBlocks = 512;

    private const int BlockLog = 12;
    private const int SegmentLog = 9;

    /// <summary>Bytes that the file system spans.</summary>
    public long Bytes => BlockCount * BlockSize;

    /// <summary>Proves the numbers of a superblock.</summary>
    /// <exception cref="CorruptImageException">They contradict each other, the partition, or the checksum.</exception>
    public static F2fsGeometry From(byte[] bytes, long volumeBytes)
    {
        var superblock = new F2fsSuperblock(bytes);
        if (superblock.BlockLog != BlockLog || superblock.SegmentLog != SegmentLog)
            throw Damaged("log_blocksize and log_blocks_per_seg", $"{superblock.BlockLog} and {superblock.SegmentLog}",
                $"{BlockLog} and {SegmentLog}");
        if ((superblock.Features & F2fsSuperblock.HasChecksum) != 0
            && Le.U32(bytes, F2fsSuperblock.ChecksumAt) != ChecksumOf(bytes.AsSpan(0, F2fsSuperblock.ChecksumAt)))
            throw Damaged("crc", "another one", "the checksum of its bytes");
        if (superblock.BlockCount == 0 || superblock.BlockCount > (ulong)volumeBytes / BlockSize)
            throw Damaged("block_count", $"{superblock.BlockCount}", $"at most {volumeBytes / BlockSize}, which the partition has");

        // The areas follow one another without gaps, in whole segments.
        long end = superblock.FirstSegment;
        Require("cp_blkaddr", superblock.Checkpoint, superblock.CheckpointSegments);
        Require("sit_blkaddr", superblock.Sit, superblock.SitSegments);
        Require("nat_blkaddr", superblock.Nat, superblock.NatSegments);
        Require("ssa_blkaddr", superblock.Ssa, superblock.SsaSegments);
        Require("main_blkaddr", superblock.Main, superblock.MainSegments);
        if (end > (long)superblock.BlockCount)
            throw Damaged("the end of the main area", $"block {end}", $"at most {superblock.BlockCount}");
        long sitBlocks = superblock.SitSegments / 2L * SegmentBlocks;
        if (superblock.CheckpointSegments < 2 || superblock.MainSegments > sitBlocks * SitEntry.PerBlock)
            throw Damaged("segment_count_main", $"{superblock.MainSegments}", $"at most {sitBlocks * SitEntry.PerBlock}");
        return new F2fsGeometry(
            (long)superblock.BlockCount, superblock.Checkpoint, superblock.Sit, sitBlocks, superblock.Main,
            superblock.MainSegments, superblock.CheckpointPayload > 0);

        void Require(string field, uint start, uint segments)
        {
            if (start != end)
                throw Damaged(field, $"{start}", $"{end}");
            end += (long)segments * SegmentBlocks;
        }
    }

    /// <summary>The checksum of F2FS: CRC-32 that starts with the magic number, and is not inverted.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> bytes) => Crc32.Append(F2fsSuperblock.Magic, bytes);

    private static CorruptImageException Damaged(string field, string found, string expected) =>
        new(new Finding("F2FS superblock", field, found, expected), Advice);
}
