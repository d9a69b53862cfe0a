using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Mbr;

/// <summary>The master boot record, viewed in place: a setter changes the caller's bytes.</summary>
/// <remarks>
/// Sector 0, 512 bytes, little-endian. Spec: UEFI 2.10, table 5.1 "Legacy MBR"; names are that table's.
/// </remarks>
internal readonly ref struct MbrSector
{
    public const int Size = 512;
    public const int Slots = 4;

    private const int FirstEntryAt = 0x1BE;                                         // PartitionRecord

    private readonly Span<byte> _b;

    public MbrSector(Span<byte> bytes) => _b = bytes[..Size];

    public uint DiskSignature => Le.U32(_b, 0x1B8);                                 // UniqueMBRDiskSignature
    public bool HasSignature => Le.U16(_b, 0x1FE) == 0xAA55;                        // Signature

    /// <summary>The entry of slot 0 to 3; partition numbers are one higher.</summary>
    public MbrEntry this[int slot] => new(_b.Slice(FirstEntryAt + slot * MbrEntry.Size, MbrEntry.Size));
}
