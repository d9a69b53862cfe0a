using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>The block of multiple mount protection (mmp), viewed in place.</summary>
/// <remarks>
/// 1024 bytes, little-endian, at s_mmp_block. Spec: kernel documentation, filesystems/ext4, "Multiple Mount Protection".
/// </remarks>
internal readonly ref struct MmpBlock
{
    public const int Size = 1024;
    public const uint ExpectedMagic = 0x004D4D50;

    /// <summary>The sequence number of a volume that nobody uses.</summary>
    public const uint Clean = 0xFF4D4D50;

    private readonly Span<byte> _b;

    public MmpBlock(Span<byte> bytes) => _b = bytes[..Size];

    public uint Magic => Le.U32(_b, 0x0);                                                             // mmp_magic
    public uint Sequence => Le.U32(_b, 0x4);                                                          // mmp_seq
    public string NodeName => Text(_b.Slice(0x10, 64));                                               // mmp_nodename
    public uint Checksum { get => Le.U32(_b, 0x3FC); set => Le.Put32(_b, 0x3FC, value); }             // mmp_checksum

    /// <summary>All that the checksum covers.</summary>
    public ReadOnlySpan<byte> Covered => _b[..0x3FC];

    private static string Text(ReadOnlySpan<byte> name)
    {
        int end = name.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? name : name[..end]);
    }
}
