using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Btrfs.OnDisk;

/// <summary>Where a stretch of logical addresses lies on devices, viewed in place.</summary>
/// <remarks>Spec: btrfs documentation, "On-disk format", "CHUNK_ITEM"; names are its.</remarks>
internal readonly ref struct ChunkItem
{
    public const int HeaderSize = 0x30;
    public const int StripeSize = 0x20;

    private readonly ReadOnlySpan<byte> _b;

    public ChunkItem(ReadOnlySpan<byte> bytes) => _b = bytes;

    public ulong Length => Le.U64(_b, 0x00);                                        // length
    public ulong Profile => Le.U64(_b, 0x18) & 0x7F8;                               // type: RAID0 to RAID6, DUP, RAID1C3, 1C4
    public int StripeCount => Le.U16(_b, 0x2C);                                     // num_stripes

    public ulong DeviceId(int stripe) => Le.U64(_b, HeaderSize + stripe * StripeSize);      // stripe.devid

    public ulong Start(int stripe) => Le.U64(_b, HeaderSize + stripe * StripeSize + 8);     // stripe.offset

    /// <summary>Both copies on one device.</summary>
    public const ulong Dup = 1 << 5;
}
