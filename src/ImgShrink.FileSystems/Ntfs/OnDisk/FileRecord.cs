using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ntfs.OnDisk;

/// <summary>A record of the master file table, viewed in place, its fixups undone.</summary>
/// <remarks>Spec: Linux-NTFS project, NTFS documentation, "File Record".</remarks>
internal readonly ref struct FileRecord
{
    private readonly ReadOnlySpan<byte> _b;

    public FileRecord(ReadOnlySpan<byte> bytes) => _b = bytes;

    public bool HasMagic => _b.StartsWith("FILE"u8);
    public bool IsBlank => Le.U32(_b, 0) == 0;
    public int FirstAttribute => Le.U16(_b, 0x14);                                  // offset of the first attribute
    public bool IsInUse => (Le.U16(_b, 0x16) & 1) != 0;                             // flags
    public uint UsedBytes => Le.U32(_b, 0x18);                                      // used size of the record

    /// <summary>The part of a file reference that is a number; the rest counts how often it was reused.</summary>
    public const ulong RecordBits = 0xFFFF_FFFF_FFFF;
}
