using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The fields of ext that decide something.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4; names and offsets are its.</remarks>
internal static class ExtStructures
{
    public static readonly Field[] Superblock =
    [
        N32(0x0, "s_inodes_count"), N32(0x4, "s_blocks_count_lo"), N32(0x8, "s_r_blocks_count_lo"), N32(0xC, "s_free_blocks_count_lo"),
        N32(0x10, "s_free_inodes_count"), P32(0x14, "s_first_data_block"), N32(0x18, "s_log_block_size"), N32(0x1C, "s_log_cluster_size"),
        N32(0x20, "s_blocks_per_group"), N32(0x24, "s_clusters_per_group"), N32(0x28, "s_inodes_per_group"), N32(0x30, "s_wtime"),
        N16(0x38, "s_magic"), F16(0x3A, "s_state"), N32(0x4C, "s_rev_level"), N32(0x54, "s_first_ino"), N16(0x58, "s_inode_size"),
        N16(0x5A, "s_block_group_nr"), F32(0x5C, "s_feature_compat"), F32(0x60, "s_feature_incompat"), F32(0x64, "s_feature_ro_compat"),
        N16(0xCE, "s_reserved_gdt_blocks"), N32(0xE0, "s_journal_inum"), N32(0xE4, "s_journal_dev"), N32(0xE8, "s_last_orphan"),
        N8(0xFC, "s_def_hash_version"), N8(0xFD, "s_jnl_backup_type"), N16(0xFE, "s_desc_size"), N32(0x104, "s_first_meta_bg"),
        P32(0x10C + 20, "s_jnl_blocks[5]"), N32(0x150, "s_blocks_count_hi"), N32(0x154, "s_r_blocks_count_hi"), N32(0x158, "s_free_blocks_count_hi"),
        N16(0x15C, "s_min_extra_isize"), N16(0x15E, "s_want_extra_isize"), F32(0x160, "s_flags"), P64(0x168, "s_mmp_block"),
        N8(0x174, "s_log_groups_per_flex"), N8(0x175, "s_checksum_type"), N32(0x194, "s_error_count"), N32(0x240, "s_usr_quota_inum"),
        N32(0x244, "s_grp_quota_inum"), N32(0x248, "s_overhead_clusters"), N32(0x24C, "s_backup_bgs[0]"), N32(0x250, "s_backup_bgs[1]"),
        N32(0x268, "s_lpf_ino"), N32(0x26C, "s_prj_quota_inum"), N32(0x270, "s_checksum_seed"), N32(0x280, "s_orphan_file_inum"),
    ];

    public static readonly Field[] GroupDescriptor =
    [
        P32(0x0, "bg_block_bitmap_lo"), P32(0x4, "bg_inode_bitmap_lo"), P32(0x8, "bg_inode_table_lo"), N16(0xC, "bg_free_blocks_count_lo"),
        N16(0xE, "bg_free_inodes_count_lo"), N16(0x10, "bg_used_dirs_count_lo"), F16(0x12, "bg_flags"), N16(0x1C, "bg_itable_unused_lo"),
    ];

    /// <summary>Of descriptors of 64 bytes.</summary>
    public static readonly Field[] GroupDescriptorHigh =
    [
        P32(0x20, "bg_block_bitmap_hi"), P32(0x24, "bg_inode_bitmap_hi"), P32(0x28, "bg_inode_table_hi"), N16(0x2C, "bg_free_blocks_count_hi"),
        N16(0x2E, "bg_free_inodes_count_hi"), N16(0x30, "bg_used_dirs_count_hi"), N16(0x32, "bg_itable_unused_hi"),
    ];

    public static readonly Field[] Inode =
    [
        F16(0x0, "i_mode"), N16(0x2, "i_uid"), N32(0x4, "i_size_lo"), N32(0x10, "i_mtime"), N32(0x14, "i_dtime"), N16(0x1A, "i_links_count"),
        N32(0x1C, "i_blocks_lo"), F32(0x20, "i_flags"), N32(0x64, "i_generation"), P32(0x68, "i_file_acl_lo"), N32(0x6C, "i_size_high"),
        N16(0x74, "l_i_blocks_high"), N16(0x76, "l_i_file_acl_high"),
    ];

    /// <summary>Of inodes of more than 128 bytes.</summary>
    public static readonly Field[] InodeExtra = [N16(0x80, "i_extra_isize"), N32(0x88, "i_mtime_extra"), N32(0x9C, "i_projid")];

    /// <summary>Block pointers in i_block: twelve direct ones, then trees of one, two and three levels.</summary>
    public static readonly Field[] BlockPointers =
    [
        P32(0x28, "i_block[0]"), P32(0x2C, "i_block[1]"), P32(0x54, "i_block[11]"), P32(0x58, "i_block[12]"), P32(0x5C, "i_block[13]"),
        P32(0x60, "i_block[14]"),
    ];

    public static readonly Field[] ExtentHeader = [N16(0x0, "eh_magic"), N16(0x2, "eh_entries"), N16(0x4, "eh_max"), N16(0x6, "eh_depth")];

    public static readonly Field[] Extent = [N32(0x0, "ee_block"), N16(0x4, "ee_len"), N16(0x6, "ee_start_hi"), P32(0x8, "ee_start_lo")];

    public static readonly Field[] ExtentIndex = [N32(0x0, "ei_block"), P32(0x4, "ei_leaf_lo"), N16(0x8, "ei_leaf_hi")];

    public static readonly Field[] DirEntry = [N32(0x0, "inode"), N16(0x4, "rec_len"), N8(0x6, "name_len"), F8(0x7, "file_type"), N8(0x8, "name[0]")];

    /// <summary>Of the first block of a hashed directory.</summary>
    public static readonly Field[] IndexRoot =
    [
        N32(0x0, "dot.inode"), N32(0xC, "dotdot.inode"), N16(0x10, "dotdot.rec_len"), N8(0x1C, "hash_version"), N8(0x1D, "info_length"),
        N8(0x1E, "indirect_levels"), N16(0x20, "limit"), N16(0x22, "count"), N32(0x24, "block"), N32(0x28, "entries[0].hash"),
        N32(0x2C, "entries[0].block"), N32(0x30, "entries[1].hash"), N32(0x34, "entries[1].block"),
    ];

    public static readonly Field[] XattrBlock = [N32(0x0, "h_magic"), N32(0x4, "h_refcount"), N32(0x8, "h_blocks"), .. XattrEntryAt(0x20)];

    /// <summary>Of the attributes behind the fields of an inode, at its first byte of them: a magic number, then an entry.</summary>
    public static readonly Field[] XattrBody = [N32(0x0, "h_magic"), .. XattrEntryAt(0x4)];

    private static Field[] XattrEntryAt(int at) =>
    [
        N8(at, "e_name_len"), N8(at + 1, "e_name_index"), N16(at + 2, "e_value_offs"), N32(at + 4, "e_value_inum"),
        N32(at + 8, "e_value_size"), N32(at + 12, "e_hash"),
    ];

    /// <summary>Any block as a row of numbers: bitmaps, blocks of pointers, quota, orphans.</summary>
    public static Field[] Words(int bytes) =>
        [P32(0, "word 0"), P32(4, "word 1"), P32(8, "word 2"), P32(bytes / 2, "the word in the middle"), P32(bytes - 12, "the word before the tail"), P32(bytes - 4, "the last word")];
}
