using ImgShrink.Blocks;
using ImgShrink.FileSystems.F2fs;
using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The structures of F2FS that say what is in use.</summary>
/// <remarks>Spec: Linux, include/linux/f2fs_fs.h; names and offsets are its.</remarks>
internal static class F2fsMap
{
    private const int Block = 4096;
    private const int SegmentBlocks = 512;
    private const int MostSitBlocks = 3;
    private const int JournalAt = 507;              // In the first compact summary, the journal of the SIT comes second.

    private static readonly Field[] s_superblock =
    [
        N32(0x0, "magic"), N32(0x8, "log_sectorsize"), N32(0x10, "log_blocksize"), N32(0x14, "log_blocks_per_seg"), N32(0x18, "segs_per_sec"),
        N32(0x20, "checksum_offset"), N64(0x24, "block_count"), N32(0x2C, "section_count"), N32(0x30, "segment_count"),
        N32(0x34, "segment_count_ckpt"), N32(0x38, "segment_count_sit"), N32(0x3C, "segment_count_nat"), N32(0x40, "segment_count_ssa"),
        N32(0x44, "segment_count_main"), P32(0x48, "segment0_blkaddr"), P32(0x4C, "cp_blkaddr"), P32(0x50, "sit_blkaddr"), P32(0x54, "nat_blkaddr"),
        P32(0x58, "ssa_blkaddr"), P32(0x5C, "main_blkaddr"), N32(0x680, "cp_payload"), F32(0x884, "feature"), N8(0x899, "devs[0].path"),
    ];

    private static readonly Field[] s_checkpoint =
    [
        N64(0x0, "checkpoint_ver"), N64(0x8, "user_block_count"), N64(0x10, "valid_block_count"), N32(0x18, "rsvd_segment_count"),
        N32(0x1C, "overprov_segment_count"), N32(0x20, "free_segment_count"), N32(0x24, "cur_node_segno[0]"), N32(0x54, "cur_data_segno[0]"),
        F32(0x84, "ckpt_flags"), N32(0x88, "cp_pack_total_block_count"), N32(0x8C, "cp_pack_start_sum"), N32(0x90, "valid_node_count"),
        N32(0x9C, "sit_ver_bitmap_bytesize"), N32(0xA0, "nat_ver_bitmap_bytesize"), N32(0xA4, "checksum_offset"), F64(0xC0, "sit_nat_version_bitmap"),
    ];

    private static readonly Field[] s_summary =
        [.. JournalOf(JournalAt), .. JournalOf(3584)];

    private static readonly Field[] s_sit = [.. Repeat(4, 74, F16(0x0, "vblocks"), F64(0x2, "valid_map"), F64(0x3A, "the end of valid_map"), N64(0x42, "mtime"))];

    public static ImageMap Of(IBlockSource image)
    {
        byte[] head = image.ReadBytes(1024, 3072);
        long checkpoint = Le.U32(head, 0x4C), sit = Le.U32(head, 0x50), sitBlocks = Le.U32(head, 0x38) / 2L * SegmentBlocks;
        var places = new List<Place>();
        foreach (long at in new long[] { 1024, Block + 1024 })
            places.Add(new Place($"superblock at {at}", at, 3072, s_superblock));
        foreach (long pack in new[] { checkpoint, checkpoint + SegmentBlocks })
        {
            byte[] first = image.ReadBytes(pack * Block, Block);
            uint count = Le.U32(first, 0x88), summary = Le.U32(first, 0x8C);
            foreach (long block in new[] { pack, pack + count - 1 })
                places.Add(new Place($"checkpoint at block {block}", block * Block, Block, s_checkpoint, Crc(block * Block)));
            foreach (long block in new[] { summary, summary + 2 }.Where(block => block < count))
                places.Add(new Place($"summary {block} of the pack at {pack}", (pack + block) * Block, Block, s_summary));
        }

        for (long block = 0; block < Math.Min(sitBlocks, MostSitBlocks); block++)
            foreach (long copy in new[] { sit + block, sit + sitBlocks + block })
                places.Add(new Place($"SIT block {copy - sit}", copy * Block, Block, s_sit));
        return new ImageMap(places, Block);
    }

    private static Field[] JournalOf(int at) =>
        [N16(at, $"n_sits at {at}"), N32(at + 2, $"segno at {at}"), F16(at + 6, $"vblocks at {at}"), F64(at + 8, $"valid_map at {at}")];

    /// <summary>Where checksum_offset says it is; nowhere where that is outside.</summary>
    private static Seal Crc(long at) => image =>
    {
        byte[] bytes = image.ReadBytes(at, Block);
        if (Le.U32(bytes, 0xA4) is not (> 0 and <= Block - 4 and var place))
            return;
        Le.Put32(bytes, (int)place, F2fsGeometry.ChecksumOf(bytes.AsSpan(0, (int)place)));
        image.Write(at, bytes);
    };
}
