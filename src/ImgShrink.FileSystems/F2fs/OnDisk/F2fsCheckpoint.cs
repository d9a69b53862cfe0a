using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.F2fs.OnDisk;

/// <summary>The first block of a checkpoint pack, viewed in place, little-endian.</summary>
/// <remarks>Spec: Linux, include/linux/f2fs_fs.h, "struct f2fs_checkpoint"; names are its.</remarks>
internal readonly ref struct F2fsCheckpoint
{
    private const int BitmapsAt = 0xC0;                                             // sit_nat_version_bitmap

    private readonly ReadOnlySpan<byte> _b;

    public F2fsCheckpoint(ReadOnlySpan<byte> block) => _b = block;

    public ulong Version => Le.U64(_b, 0x00);                                       // checkpoint_ver
    public ulong ValidBlocks => Le.U64(_b, 0x10);                                   // valid_block_count
    public F2fsCheckpointFlags Flags => (F2fsCheckpointFlags)Le.U32(_b, 0x84);      // ckpt_flags
    public uint BlockCount => Le.U32(_b, 0x88);                                     // cp_pack_total_block_count
    public uint Summaries => Le.U32(_b, 0x8C);                                      // cp_pack_start_sum
    public uint SitBitmapBytes => Le.U32(_b, 0x9C);                                 // sit_ver_bitmap_bytesize
    public uint NatBitmapBytes => Le.U32(_b, 0xA0);                                 // nat_ver_bitmap_bytesize
    public uint ChecksumAt => Le.U32(_b, 0xA4);                                     // checksum_offset

    /// <summary>Where in a pack the bits begin that tell which copy of a block of the SIT counts, in bytes.</summary>
    /// <param name="hasPayload">Whether the pack has further blocks for them (cp_payload).</param>
    public long SitBitmapAt(bool hasPayload) =>
        Flags.HasFlag(F2fsCheckpointFlags.LargeNatBitmap) ? BitmapsAt + sizeof(uint) + (long)NatBitmapBytes
        : hasPayload ? _b.Length
        : BitmapsAt;
}

/// <summary>The field ckpt_flags, as far as it is asked.</summary>
[Flags]
internal enum F2fsCheckpointFlags : uint
{
    Unmounted = 1 << 0,
    CompactSummary = 1 << 2,
    Error = 1 << 3,
    NeedsCheck = 1 << 4,
    LargeNatBitmap = 1 << 10,
    Disabled = 1 << 12,
    Resizing = 1 << 14,
}
