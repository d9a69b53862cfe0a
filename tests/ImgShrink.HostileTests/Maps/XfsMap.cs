using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The structures of XFS that say what is in use; big-endian, but for the checksums.</summary>
/// <remarks>Spec: XFS Algorithms &amp; Data Structures, 3rd edition; names and offsets are its.</remarks>
internal static class XfsMap
{
    private const int MostLogRecords = 6;

    private static readonly Field[] s_superblock = Big(
        N32(0x0, "sb_magicnum"), N32(0x4, "sb_blocksize"), N64(0x8, "sb_dblocks"), N64(0x10, "sb_rblocks"), P64(0x30, "sb_logstart"),
        P64(0x38, "sb_rootino"), N32(0x54, "sb_agblocks"), N32(0x58, "sb_agcount"), N32(0x60, "sb_logblocks"), F16(0x64, "sb_versionnum"),
        N16(0x66, "sb_sectsize"), N16(0x68, "sb_inodesize"), N8(0x78, "sb_blocklog"), N8(0x79, "sb_sectlog"), N8(0x7C, "sb_agblklog"),
        F8(0x7E, "sb_inprogress"), N64(0x90, "sb_fdblocks"), F32(0xC8, "sb_features2"), F32(0xD0, "sb_features_compat"),
        F32(0xD4, "sb_features_ro_compat"), F32(0xD8, "sb_features_incompat"), F32(0xDC, "sb_features_log_incompat"));

    private static readonly Field[] s_freeSpace = Big(
        N32(0x0, "agf_magicnum"), N32(0x8, "agf_seqno"), N32(0xC, "agf_length"), P32(0x10, "agf_roots[0]"), P32(0x14, "agf_roots[1]"),
        N32(0x1C, "agf_levels[0]"), N32(0x28, "agf_flfirst"), N32(0x2C, "agf_fllast"), N32(0x30, "agf_flcount"), N32(0x34, "agf_freeblks"),
        N32(0x38, "agf_longest"));

    private static readonly Field[] s_inodes = Big(
        N32(0x0, "agi_magicnum"), N32(0x8, "agi_seqno"), N32(0xC, "agi_length"), N32(0x10, "agi_count"), P32(0x14, "agi_root"), N32(0x18, "agi_level"));

    private static readonly Field[] s_freeList = Big(N32(0x0, "agfl_magicnum"), N32(0x4, "agfl_seqno"), P32(0x24, "agfl_bno[0]"), P32(0x28, "agfl_bno[1]"));

    private static readonly Field[] s_tree = Big([
        N32(0x0, "bb_magic"), N16(0x4, "bb_level"), N16(0x6, "bb_numrecs"), P32(0x8, "bb_leftsib"), P32(0xC, "bb_rightsib"), N64(0x10, "bb_blkno"),
        N32(0x30, "bb_owner"), .. Repeat(4, 8, P32(0x38, "ar_startblock"), N32(0x3C, "ar_blockcount"))]);

    private static readonly Field[] s_log = Big(
        N32(0x0, "h_magicno"), N32(0x4, "h_cycle"), N32(0x8, "h_version"), N32(0xC, "h_len"), N64(0x10, "h_lsn"), N64(0x18, "h_tail_lsn"),
        N32(0x28, "h_num_logops"), N32(0x140, "h_size"));

    public static ImageMap Of(IBlockSource image)
    {
        byte[] head = image.ReadBytes(0, 512);
        int block = (int)Be.U32(head, 0x4), sector = Be.U16(head, 0x66);
        uint groups = Be.U32(head, 0x58), groupBlocks = Be.U32(head, 0x54);
        var places = new List<Place>();
        for (uint group = 0; group < groups; group++)
        {
            long start = (long)group * groupBlocks * block;
            places.Add(new Place($"superblock {group}", start, sector, s_superblock, Crc(start, sector, 0xE0)));
            places.Add(new Place($"AGF {group}", start + sector, sector, s_freeSpace, Crc(start + sector, sector, 0xD8)));
            places.Add(new Place($"AGI {group}", start + 2 * sector, sector, s_inodes, Crc(start + 2 * sector, sector, 0x138)));
            places.Add(new Place($"AGFL {group}", start + 3 * sector, sector, s_freeList, Crc(start + 3 * sector, sector, 0x20)));
            long root = start + (long)Be.U32(image.ReadBytes(start + sector, sector), 0x10) * block;
            places.Add(new Place($"free space by block, {group}", root, block, s_tree, Crc(root, block, 0x34)));
        }

        ulong log = Be.U64(head, 0x30);
        long logAt = (long)((log >> head[0x7C]) * groupBlocks + (log & ((1UL << head[0x7C]) - 1))) * block;
        long logEnd = logAt + (long)Be.U32(head, 0x60) * block;
        int records = 0;
        for (long at = logAt; at < logEnd && records < MostLogRecords; at += 512)
        {
            if (Be.U32(image.ReadBytes(at, 512), 0) != 0xFEEDBABE)
                continue;
            places.Add(new Place($"log record {records}", at, 512, s_log));
            records++;
        }

        return new ImageMap(places, block);
    }

    private static Field[] Big(params Field[] fields) => [.. fields.Select(field => field.Big)];

    private static Seal Crc(long at, int size, int checksumAt) => image =>
    {
        byte[] bytes = image.ReadBytes(at, size);
        Le.Put32(bytes, checksumAt, 0);
        Le.Put32(bytes, checksumAt, Crc32C.Of(bytes));
        image.Write(at, bytes);
    };
}
