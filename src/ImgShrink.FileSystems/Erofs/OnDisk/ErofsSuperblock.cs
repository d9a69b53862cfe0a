using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Erofs.OnDisk;

/// <summary>The superblock of EROFS, viewed in place: 128 bytes at byte 1024, little-endian.</summary>
/// <remarks>Spec: Linux, Documentation/filesystems/erofs.rst, and fs/erofs/erofs_fs.h; names are the latter's.</remarks>
internal readonly ref struct ErofsSuperblock
{
    public const int Offset = 1024;
    public const int Size = 128;

    private readonly ReadOnlySpan<byte> _b;

    public ErofsSuperblock(ReadOnlySpan<byte> bytes) => _b = bytes[..Size];

    public uint Checksum => Le.U32(_b, 0x04);                                       // checksum
    public bool HasChecksum => (Le.U32(_b, 0x08) & 1) != 0;                         // feature_compat, SB_CHKSUM
    public int BlockBits => _b[0x0C];                                               // blkszbits
    public uint Blocks => Le.U32(_b, 0x24);                                         // blocks
    public ReadOnlySpan<byte> Uuid => _b.Slice(0x30, 16);                           // uuid
    public ReadOnlySpan<byte> Label => _b.Slice(0x40, 16);                          // volume_name
    public bool HasWideAddresses => (Le.U32(_b, 0x50) & 0x80) != 0;                 // feature_incompat, 48BIT

    /// <summary>The checksum of the superblock's block, from the superblock on, as it should be.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> block)
    {
        uint state = Crc32C.Append(~0u, block[..4]);
        state = Crc32C.Append(state, [0, 0, 0, 0]);
        return Crc32C.Append(state, block[8..]);
    }
}
