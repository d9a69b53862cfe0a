using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Fat.OnDisk;

/// <summary>
/// The short entry of a file, directory or label, viewed in place: a setter changes the caller's bytes.
/// </summary>
/// <remarks>32 bytes, little-endian. Spec: Microsoft FAT specification 1.03, section 6; names are its.</remarks>
internal readonly ref struct FatDirEntry
{
    public const int Size = 32;
    public const byte Deleted = 0xE5;

    private readonly Span<byte> _b;

    public FatDirEntry(Span<byte> bytes) => _b = bytes[..Size];

    public Span<byte> Name => _b[..11];                                             // DIR_Name

    public FatAttributes Attributes                                                 // DIR_Attr
    {
        get => (FatAttributes)_b[0xB];
        set => _b[0xB] = (byte)value;
    }

    /// <summary>Windows NT's flags: bit 3 shows the base name in lower case, bit 4 the extension.</summary>
    public byte CaseFlags => _b[0xC];                                               // DIR_NTRes

    public uint Length                                                              // DIR_FileSize, 0 for directories
    {
        get => Le.U32(_b, 0x1C);
        set => Le.Put32(_b, 0x1C, value);
    }

    /// <summary>Whether this slot and all behind it are unused.</summary>
    public bool IsEnd => _b[0] == 0;

    public bool IsDeleted => _b[0] == Deleted;
    public bool IsLongName => (Attributes & FatAttributes.LongName) == FatAttributes.LongName;

    /// <summary>The first cluster of the content, 0 for none. The upper half is used by FAT32 only.</summary>
    public uint FirstCluster(FatKind kind) =>                                       // DIR_FstClusHI, DIR_FstClusLO
        Le.U16(_b, 0x1A) | (kind == FatKind.Fat32 ? (uint)Le.U16(_b, 0x14) << 16 : 0);

    public void SetFirstCluster(uint cluster, FatKind kind)
    {
        Le.Put16(_b, 0x1A, (ushort)(cluster & 0xFFFF));
        if (kind == FatKind.Fat32)
            Le.Put16(_b, 0x14, (ushort)(cluster >> 16));
    }

    public void SetCreated(FatTime time)
    {
        Le.Put16(_b, 0xE, time.Clock);                                              // DIR_CrtTime
        Le.Put16(_b, 0x10, time.Date);                                              // DIR_CrtDate
    }

    public FatTime Written => new(Le.U16(_b, 0x18), Le.U16(_b, 0x16));               // DIR_WrtDate, DIR_WrtTime

    public void SetWritten(FatTime time)
    {
        Le.Put16(_b, 0x12, time.Date);                                              // DIR_LstAccDate
        Le.Put16(_b, 0x16, time.Clock);                                             // DIR_WrtTime
        Le.Put16(_b, 0x18, time.Date);                                              // DIR_WrtDate
    }
}
