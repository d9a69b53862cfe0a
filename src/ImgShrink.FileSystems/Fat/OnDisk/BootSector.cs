using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Fat.OnDisk;

/// <summary>The boot sector of a FAT volume with its parameter block (BPB), viewed in place.</summary>
/// <remarks>
/// The first 512 bytes, little-endian. Spec: Microsoft FAT specification 1.03, section 3; names are its.
/// </remarks>
internal readonly ref struct BootSector
{
    public const int Size = 512;

    private readonly ReadOnlySpan<byte> _b;

    public BootSector(ReadOnlySpan<byte> bytes) => _b = bytes[..Size];

    public int BytesPerSector => Le.U16(_b, 0x0B);                                  // BPB_BytsPerSec
    public int SectorsPerCluster => _b[0x0D];                                       // BPB_SecPerClus
    public int ReservedSectors => Le.U16(_b, 0x0E);                                 // BPB_RsvdSecCnt
    public int FatCount => _b[0x10];                                                // BPB_NumFATs
    public int RootEntries => Le.U16(_b, 0x11);                                     // BPB_RootEntCnt, 0 on FAT32
    public uint TotalSectors =>                                                     // BPB_TotSec16, BPB_TotSec32
        Le.U16(_b, 0x13) is var small and not 0 ? small : Le.U32(_b, 0x20);
    public byte Media => _b[0x15];                                                  // BPB_Media
    public bool IsFat32 => Le.U16(_b, 0x16) == 0;                                   // BPB_FATSz16 is 0 on FAT32 only
    public uint SectorsPerFat => IsFat32 ? Le.U32(_b, 0x24) : Le.U16(_b, 0x16);     // BPB_FATSz32, BPB_FATSz16
    public ushort ExtFlags => Le.U16(_b, 0x28);                                     // BPB_ExtFlags, FAT32
    public uint RootCluster => Le.U32(_b, 0x2C);                                    // BPB_RootClus, FAT32
    public int BackupSector => IsFat32 ? Le.U16(_b, 0x32) : 0;                      // BPB_BkBootSec, FAT32
    public int FsInfoSector => Le.U16(_b, 0x30);                                    // BPB_FSInfo, FAT32
    public bool HasSignature => Le.U16(_b, 0x1FE) == 0xAA55;                        // Signature_word

    /// <summary>Whether serial number and label are there (BS_BootSig is 0x28 or 0x29).</summary>
    public bool HasSerial => _b[Extended] is 0x28 or 0x29;

    public bool HasLabel => _b[Extended] == 0x29;
    public uint Serial => Le.U32(_b, Extended + 1);                                 // BS_VolID
    public ReadOnlySpan<byte> Label => _b.Slice(Extended + 5, 11);                  // BS_VolLab

    /// <summary>Whether the sector begins with one of the two jumps over the parameters.</summary>
    public bool HasJump => _b[0] == 0xE9 || (_b[0] == 0xEB && _b[2] == 0x90);       // BS_jmpBoot

    private int Extended => IsFat32 ? 0x42 : 0x26;                                  // BS_BootSig
}
