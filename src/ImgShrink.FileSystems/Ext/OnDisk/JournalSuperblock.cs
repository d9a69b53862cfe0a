using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>The first block of the journal, big-endian.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Journal (jbd2)", "Super Block".</remarks>
internal readonly ref struct JournalSuperblock
{
    public const uint ExpectedMagic = 0xC03B3998;

    private readonly Span<byte> _b;

    public JournalSuperblock(Span<byte> bytes) => _b = bytes;

    public uint Magic => Be.U32(_b, 0x0);                                                             // h_magic
    public uint BlockType => Be.U32(_b, 0x4);                                                         // h_blocktype
    public uint BlockSize => Be.U32(_b, 0xC);                                                         // s_blocksize
    public uint Length => Be.U32(_b, 0x10);                                                           // s_maxlen
    public uint Start => Be.U32(_b, 0x1C);                                                            // s_start
    public int Errno => unchecked((int)Be.U32(_b, 0x20));                                             // s_errno
}
