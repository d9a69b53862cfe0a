using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>The flags of a block group (bg_flags); they mean something only on volumes with group checksums.</summary>
[Flags]
internal enum GroupFlags : ushort
{
    None = 0,
    InodeUninit = 1,
    BlockUninit = 2,
    InodeZeroed = 4,
}

/// <summary>One block group descriptor, viewed in place.</summary>
/// <remarks>
/// 32 bytes, or s_desc_size with the 64bit feature. Spec: kernel documentation, filesystems/ext4, "Block Group
/// Descriptors"; the high halves exist from 64 bytes on.
/// </remarks>
internal readonly ref struct GroupDescriptor
{
    private readonly Span<byte> _b;

    public GroupDescriptor(Span<byte> bytes) => _b = bytes;

    public long BlockBitmap { get => Get64(0x0, 0x20); set => Put64(0x0, 0x20, value); }              // bg_block_bitmap
    public long InodeBitmap { get => Get64(0x4, 0x24); set => Put64(0x4, 0x24, value); }              // bg_inode_bitmap
    public long InodeTable { get => Get64(0x8, 0x28); set => Put64(0x8, 0x28, value); }               // bg_inode_table
    public uint FreeBlocks { get => Get32(0xC, 0x2C); set => Put32(0xC, 0x2C, value); }               // bg_free_blocks_count
    public uint FreeInodes { get => Get32(0xE, 0x2E); set => Put32(0xE, 0x2E, value); }               // bg_free_inodes_count
    public uint UsedDirs { get => Get32(0x10, 0x30); set => Put32(0x10, 0x30, value); }               // bg_used_dirs_count
    public uint UnusedInodes { get => Get32(0x1C, 0x32); set => Put32(0x1C, 0x32, value); }           // bg_itable_unused
    public uint BlockBitmapChecksum { get => Get32(0x18, 0x38); set => Put32(0x18, 0x38, value); }    // bg_block_bitmap_csum
    public uint InodeBitmapChecksum { get => Get32(0x1A, 0x3A); set => Put32(0x1A, 0x3A, value); }    // bg_inode_bitmap_csum
    public ushort Checksum { get => Le.U16(_b, 0x1E); set => Le.Put16(_b, 0x1E, value); }             // bg_checksum

    public GroupFlags Flags
    {
        get => (GroupFlags)Le.U16(_b, 0x12);                                                          // bg_flags
        set => Le.Put16(_b, 0x12, (ushort)value);
    }

    /// <summary>All bytes of the descriptor.</summary>
    public Span<byte> Bytes => _b;

    private bool HasHighHalves => _b.Length >= 64;

    private long Get64(int lo, int hi) => Le.U32(_b, lo) | (long)(HasHighHalves ? Le.U32(_b, hi) : 0) << 32;

    private void Put64(int lo, int hi, long value)
    {
        Le.Put32(_b, lo, unchecked((uint)value));
        if (HasHighHalves)
            Le.Put32(_b, hi, (uint)(value >> 32));
    }

    private uint Get32(int lo, int hi) => Le.U16(_b, lo) | (uint)(HasHighHalves ? Le.U16(_b, hi) : 0) << 16;

    private void Put32(int lo, int hi, uint value)
    {
        Le.Put16(_b, lo, unchecked((ushort)value));
        if (HasHighHalves)
            Le.Put16(_b, hi, (ushort)(value >> 16));
    }
}
