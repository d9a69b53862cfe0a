using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>The first block of the journal, viewed in place: 1024 bytes, big-endian.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Journal (jbd2)", "Super Block".</remarks>
internal readonly ref struct JournalSuperblock
{
    public const int Size = 1024;

    private readonly Span<byte> _b;

    public JournalSuperblock(Span<byte> bytes) => _b = bytes[..Size];

    public uint Magic => Be.U32(_b, 0x0);                                                             // h_magic
    public JournalBlockType BlockType => (JournalBlockType)Be.U32(_b, 0x4);                           // h_blocktype
    public uint BlockSize => Be.U32(_b, 0xC);                                                         // s_blocksize
    public uint Length { get => Be.U32(_b, 0x10); set => Be.Put32(_b, 0x10, value); }                 // s_maxlen
    public uint First => Be.U32(_b, 0x14);                                                            // s_first
    public uint Sequence { get => Be.U32(_b, 0x18); set => Be.Put32(_b, 0x18, value); }               // s_sequence
    public uint Start { get => Be.U32(_b, 0x1C); set => Be.Put32(_b, 0x1C, value); }                  // s_start
    public int Errno => unchecked((int)Be.U32(_b, 0x20));                                             // s_errno
    public JournalCompatFeatures Compat => (JournalCompatFeatures)Feature(0x24);                      // s_feature_compat
    public JournalIncompatFeatures Incompat => (JournalIncompatFeatures)Feature(0x28);                // s_feature_incompat
    public uint ReadOnly => Feature(0x2C);                                                            // s_feature_ro_compat
    public ReadOnlySpan<byte> Uuid => _b.Slice(0x30, 16);                                             // s_uuid
    public uint Users => Feature(0x40);                                                               // s_nr_users
    public byte ChecksumType => _b[0x50];                                                             // s_checksum_type
    public uint FastCommitBlocks => Be.U32(_b, 0x54);                                                 // s_num_fc_blks
    public uint Checksum { get => Be.U32(_b, 0xFC); set => Be.Put32(_b, 0xFC, value); }               // s_checksum

    /// <summary>Whether blocks of the journal carry CRC-32C checksums, this one included.</summary>
    public bool HasChecksums =>
        (Incompat & (JournalIncompatFeatures.ChecksumV2 | JournalIncompatFeatures.ChecksumV3)) != 0;

    /// <summary>The checksum over all 1024 bytes, with its own four as zeros.</summary>
    public uint ComputeChecksum() =>
        Crc32C.Append(Crc32C.Append(Crc32C.Append(uint.MaxValue, _b[..0xFC]), 0u), _b[0x100..]);

    /// <summary>The first version ends before the features.</summary>
    private uint Feature(int at) => BlockType == JournalBlockType.SuperblockV2 ? Be.U32(_b, at) : 0;
}
