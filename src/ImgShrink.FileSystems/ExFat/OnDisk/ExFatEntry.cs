using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.ExFat.OnDisk;

/// <summary>A directory entry of exFAT, viewed in place: 32 bytes, little-endian.</summary>
/// <remarks>Spec: Microsoft, exFAT file system specification, sections 6 and 7; names are its.</remarks>
internal readonly ref struct ExFatEntry
{
    public const int Size = 32;
    public const byte End = 0x00;
    public const byte Bitmap = 0x81;
    public const byte UpcaseTable = 0x82;
    public const byte Label = 0x83;
    public const byte File = 0x85;
    public const byte Stream = 0xC0;

    private readonly ReadOnlySpan<byte> _b;

    public ExFatEntry(ReadOnlySpan<byte> bytes) => _b = bytes[..Size];

    public byte Type => _b[0];                                                      // EntryType
    public bool IsInUse => (Type & 0x80) != 0;                                      // TypeCode.InUse
    public bool IsSecondary => (Type & 0x40) != 0;                                  // TypeCategory
    public bool IsBenign => (Type & 0x20) != 0;                                     // TypeImportance
    public int SecondaryCount => _b[1];                                             // SecondaryCount
    public ushort SetChecksum => Le.U16(_b, 2);                                     // SetChecksum
    public bool IsSecondBitmap => (_b[1] & 1) != 0;                                 // BitmapFlags, BitmapIdentifier
    public int LabelLength => _b[1];                                                // CharacterCount
    public ReadOnlySpan<byte> LabelText => _b.Slice(2, 22);                         // VolumeLabel, UTF-16
    public bool IsDirectory => (Le.U16(_b, 4) & 0x10) != 0;                         // FileAttributes, Directory
    public uint FirstCluster => Le.U32(_b, 20);                                     // FirstCluster
    public ulong DataLength => Le.U64(_b, 24);                                      // DataLength

    /// <summary>AllocationPossible (bit 0) and NoFatChain (bit 1), where entries of that kind have them.</summary>
    public int Flags => IsSecondary ? _b[1] : Le.U16(_b, 4);                        // GeneralSecondary-, GeneralPrimaryFlags
}
