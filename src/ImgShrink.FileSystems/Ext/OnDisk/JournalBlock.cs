using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>What a block of the log is (h_blocktype).</summary>
internal enum JournalBlockType : uint
{
    None = 0,
    Descriptor = 1,
    Commit = 2,
    SuperblockV1 = 3,
    SuperblockV2 = 4,
    Revoke = 5,
}

/// <summary>A block of the log that is not logged data: its header, and the fields of each type. Big-endian.</summary>
/// <remarks>
/// Spec: kernel documentation, filesystems/ext4, "Journal (jbd2)", "Block Header", "Descriptor Block", "Revocation
/// Block", "Commit Block".
/// </remarks>
internal readonly ref struct JournalBlock
{
    public const uint ExpectedMagic = 0xC03B3998;
    public const int HeaderSize = 12;

    /// <summary>Bytes of the checksum at the end of descriptor and revoke blocks.</summary>
    public const int TailSize = 4;

    /// <summary>Where the records of a revoke block begin.</summary>
    public const int RevokeHeaderSize = 16;

    /// <summary>h_chksum_type and h_chksum_size of a commit block with a checksum over its transaction.</summary>
    public const byte Crc32Type = 1, Crc32Size = 4;

    private readonly ReadOnlySpan<byte> _b;

    public JournalBlock(ReadOnlySpan<byte> bytes) => _b = bytes;

    public uint Magic => Be.U32(_b, 0x0);                                                             // h_magic
    public JournalBlockType Type => (JournalBlockType)Be.U32(_b, 0x4);                                // h_blocktype
    public uint Sequence => Be.U32(_b, 0x8);                                                          // h_sequence
    public uint RevokeBytes => Be.U32(_b, 0xC);                                                       // r_count
    public byte CommitChecksumType => _b[0xC];                                                        // h_chksum_type
    public byte CommitChecksumSize => _b[0xD];                                                        // h_chksum_size
    public uint CommitChecksum => Be.U32(_b, 0x10);                                                   // h_chksum[0]
    public ulong CommitTime => Be.U64(_b, 0x30);                                                      // h_commit_sec
    public uint TailChecksum => Be.U32(_b[^TailSize..], 0);                                           // t_checksum

    /// <summary>All bytes of the block.</summary>
    public ReadOnlySpan<byte> Bytes => _b;
}
