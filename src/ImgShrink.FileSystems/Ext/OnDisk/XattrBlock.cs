using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>A block of extended attributes, shared by all inodes whose attributes are equal.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Extended Attributes".</remarks>
internal readonly ref struct XattrBlock
{
    public const uint ExpectedMagic = 0xEA020000;
    public const int HeaderSize = 32;

    private readonly Span<byte> _b;

    public XattrBlock(Span<byte> bytes) => _b = bytes;

    public uint Magic => Le.U32(_b, 0x0);                                                             // h_magic
    public uint References { get => Le.U32(_b, 0x4); set => Le.Put32(_b, 0x4, value); }               // h_refcount
    public uint Blocks => Le.U32(_b, 0x8);                                                            // h_blocks
    public uint Checksum { get => Le.U32(_b, 0x10); set => Le.Put32(_b, 0x10, value); }               // h_checksum
}
