using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Mbr;

/// <summary>One of the four entries of an MBR or extended boot record, viewed in place: a setter changes the caller's bytes.</summary>
/// <remarks>
/// 16 bytes, little-endian. Spec: UEFI 2.10, table 5.2 "Legacy MBR Partition Record"; names are that table's.
/// </remarks>
internal readonly ref struct MbrEntry
{
    public const int Size = 16;

    private readonly Span<byte> _b;

    public MbrEntry(Span<byte> bytes) => _b = bytes[..Size];

    public byte BootIndicator => _b[0x0];                                           // BootIndicator
    public byte Type => _b[0x4];                                                    // OSType
    public Span<byte> StartingChs => _b.Slice(0x1, 3);                              // StartingCHS
    public Span<byte> EndingChs => _b.Slice(0x5, 3);                                // EndingCHS

    public uint StartingLba                                                         // StartingLBA
    {
        get => Le.U32(_b, 0x8);
        set => Le.Put32(_b, 0x8, value);
    }

    public uint SizeInLba                                                           // SizeInLBA
    {
        get => Le.U32(_b, 0xC);
        set => Le.Put32(_b, 0xC, value);
    }

    /// <summary>Whether the slot is unused: type 0, whatever the other fields hold.</summary>
    public bool IsEmpty => Type == 0;

    /// <summary>Whether it holds logical partitions: type 05 (CHS), 0F (LBA) or 85 (Linux).</summary>
    public bool IsExtended => Type is 0x05 or 0x0F or 0x85;

    /// <summary>Makes the slot unused.</summary>
    public void Clear() => _b.Clear();

    /// <summary>
    /// Whether the boot indicator has one of its two legal values; boot code in its place rarely does.
    /// </summary>
    public bool HasLegalStatus => BootIndicator is 0x00 or 0x80;

    /// <summary>The sector behind the partition; up to 2^33.</summary>
    public long EndLba => (long)StartingLba + SizeInLba;
}
