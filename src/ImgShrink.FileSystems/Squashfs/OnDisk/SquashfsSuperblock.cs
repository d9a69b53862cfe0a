using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Squashfs.OnDisk;

/// <summary>The superblock of squashfs 4.0, viewed in place: the first 96 bytes, little-endian.</summary>
/// <remarks>Spec: Linux, Documentation/filesystems/squashfs.rst, and fs/squashfs/squashfs_fs.h; names are the latter's.</remarks>
internal readonly ref struct SquashfsSuperblock
{
    public const int Size = 96;

    private readonly ReadOnlySpan<byte> _b;

    public SquashfsSuperblock(ReadOnlySpan<byte> bytes) => _b = bytes[..Size];

    public uint BlockSize => Le.U32(_b, 0x0C);                                      // block_size, 4 KiB to 1 MiB
    public int BlockLog => Le.U16(_b, 0x16);                                        // block_log, its logarithm
    public int Major => Le.U16(_b, 0x1C);                                           // s_major, 4
    public ulong BytesUsed => Le.U64(_b, 0x28);                                     // bytes_used
    public ulong InodeTable => Le.U64(_b, 0x40);                                    // inode_table_start
    public ulong DirectoryTable => Le.U64(_b, 0x48);                                // directory_table_start
}
