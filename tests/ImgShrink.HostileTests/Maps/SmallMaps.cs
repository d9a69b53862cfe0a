using ImgShrink.Blocks;
using ImgShrink.FileSystems.Erofs.OnDisk;
using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>Formats of which one structure decides.</summary>
internal static class SmallMaps
{
    /// <remarks>Spec: Linux, fs/squashfs/squashfs_fs.h; names and offsets are its.</remarks>
    private static readonly Field[] s_squashfs =
    [
        N32(0x0, "s_magic"), N32(0x4, "inodes"), N32(0xC, "block_size"), N32(0x10, "fragments"), N16(0x14, "compression"), N16(0x16, "block_log"),
        F16(0x18, "flags"), N16(0x1A, "no_ids"), N16(0x1C, "s_major"), N16(0x1E, "s_minor"), P64(0x20, "root_inode"), N64(0x28, "bytes_used"),
        P64(0x30, "id_table_start"), P64(0x40, "inode_table_start"), P64(0x48, "directory_table_start"), P64(0x50, "fragment_table_start"),
    ];

    /// <remarks>Spec: Linux, fs/erofs/erofs_fs.h; names and offsets are its.</remarks>
    private static readonly Field[] s_erofs =
    [
        N32(0x0, "magic"), N32(0x4, "checksum"), F32(0x8, "feature_compat"), N8(0xC, "blkszbits"), N8(0xD, "sb_extslots"), N16(0xE, "root_nid"),
        N64(0x10, "inos"), N32(0x24, "blocks"), P32(0x28, "meta_blkaddr"), P32(0x2C, "xattr_blkaddr"), F32(0x50, "feature_incompat"), N16(0x56, "extra_devices"),
    ];

    /// <remarks>Spec: Linux, include/linux/swap.h, "union swap_header"; names are its.</remarks>
    private static readonly Field[] s_swap =
        [N32(0x400, "version"), N32(0x404, "last_page"), N32(0x408, "nr_badpages"), P32(0x600, "badpages[0]"), N64(0xFF6, "magic"), N16(0xFFE, "the end of magic")];

    public static ImageMap Squashfs(IBlockSource image) => new([new Place("superblock", 0, 96, s_squashfs)], Unit: 1);

    public static ImageMap Erofs(IBlockSource image) => new([new Place("superblock", ErofsSuperblock.Offset, ErofsSuperblock.Size, s_erofs, SealErofs)], Unit: 4096);

    public static ImageMap Swap(IBlockSource image) => new([new Place("header", 0, 4096, s_swap)], Unit: 4096);

    private static void SealErofs(IBlockStore image)
    {
        byte[] block = image.ReadBytes(ErofsSuperblock.Offset, 4096 - ErofsSuperblock.Offset);
        Le.Put32(block, 4, ErofsSuperblock.ChecksumOf(block));
        image.Write(ErofsSuperblock.Offset, block);
    }
}
