using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>A block of the orphan file, viewed in place: inode numbers, 0 where a slot is free, and a tail.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Orphan file".</remarks>
internal readonly ref struct OrphanBlock
{
    public const uint ExpectedMagic = 0x0B10CA04;

    private const int TailSize = 8;

    private readonly Span<byte> _b;

    public OrphanBlock(Span<byte> bytes) => _b = bytes;

    public int SlotCount => (_b.Length - TailSize) / 4;
    public Span<byte> Slots => _b[..^TailSize];
    public uint Magic => Le.U32(_b[^8..], 0);                                                         // ob_magic
    public uint Checksum { get => Le.U32(_b[^4..], 0); set => Le.Put32(_b[^4..], 0, value); }         // ob_checksum

    /// <summary>All bytes of the block.</summary>
    public ReadOnlySpan<byte> Bytes => _b;

    /// <summary>The inode in a slot; 0 where there is none.</summary>
    public uint this[int slot] => Le.U32(_b, 4 * slot);
}
