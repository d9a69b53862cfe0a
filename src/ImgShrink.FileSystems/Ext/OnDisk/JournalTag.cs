using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>The flags of a block tag.</summary>
[Flags]
internal enum JournalTagFlags : uint
{
    None = 0,

    /// <summary>The block begins with the journal's own magic number, which the log holds as zeros.</summary>
    Escaped = 1,

    /// <summary>No UUID follows the tag.</summary>
    SameUuid = 2,
    Deleted = 4,

    /// <summary>The last tag of its descriptor block.</summary>
    Last = 8,
}

/// <summary>A tag in a descriptor block: where the logged block that belongs to it goes. Big-endian.</summary>
/// <remarks>
/// Spec: kernel documentation, filesystems/ext4, "Descriptor Block": 16 bytes with checksums of version 3; else 8, 2 more
/// with version 2, and 4 more with 64-bit block numbers.
/// </remarks>
internal readonly ref struct JournalTag
{
    public const int UuidSize = 16;

    private readonly ReadOnlySpan<byte> _b;
    private readonly JournalIncompatFeatures _features;

    public JournalTag(ReadOnlySpan<byte> bytes, JournalIncompatFeatures features)
    {
        _features = features;
        _b = bytes[..SizeFor(features)];
    }

    public ulong Block => Be.U32(_b, 0x0) | (Is64Bit ? (ulong)Be.U32(_b, 0x8) << 32 : 0);              // t_blocknr, t_blocknr_high
    public JournalTagFlags Flags => (JournalTagFlags)(IsV3 ? Be.U32(_b, 0x4) : Be.U16(_b, 0x6));      // t_flags

    /// <summary>The checksum of the logged block; of version 2 only the low 16 bits.</summary>
    public uint Checksum => IsV3 ? Be.U32(_b, 0xC) : Be.U16(_b, 0x4);                                 // t_checksum

    private bool IsV3 => (_features & JournalIncompatFeatures.ChecksumV3) != 0;

    private bool Is64Bit => (_features & JournalIncompatFeatures.Bit64) != 0;

    /// <summary>Bytes of a tag, without the UUID that may follow it.</summary>
    public static int SizeFor(JournalIncompatFeatures features)
    {
        if ((features & JournalIncompatFeatures.ChecksumV3) != 0)
            return 16;
        return 8 + ((features & JournalIncompatFeatures.ChecksumV2) != 0 ? 2 : 0)
            + ((features & JournalIncompatFeatures.Bit64) != 0 ? 4 : 0);
    }
}
