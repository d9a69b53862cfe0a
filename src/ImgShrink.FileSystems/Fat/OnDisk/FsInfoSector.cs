using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Fat.OnDisk;

/// <summary>The FAT32 FSInfo sector, viewed in place: a setter changes the caller's bytes.</summary>
/// <remarks>
/// 512 bytes, little-endian; both counts are hints. Spec: Microsoft FAT specification 1.03, section 5; names are its.
/// </remarks>
internal readonly ref struct FsInfoSector
{
    public const int Size = 512;

    private readonly Span<byte> _b;

    public FsInfoSector(Span<byte> bytes) => _b = bytes[..Size];

    public bool HasSignatures =>                                                    // FSI_LeadSig, FSI_StrucSig, FSI_TrailSig
        Le.U32(_b, 0x0) == 0x41615252 && Le.U32(_b, 0x1E4) == 0x61417272 && Le.U32(_b, 0x1FC) == 0xAA550000;

    public uint FreeCount                                                           // FSI_Free_Count
    {
        get => Le.U32(_b, 0x1E8);
        set => Le.Put32(_b, 0x1E8, value);
    }

    public uint NextFree { set => Le.Put32(_b, 0x1EC, value); }                     // FSI_Nxt_Free
}
