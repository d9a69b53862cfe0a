using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Xfs.OnDisk;

/// <summary>A block of the tree of free space by block number, viewed in place, big-endian.</summary>
/// <remarks>Spec: XFS Algorithms &amp; Data Structures, 3rd edition, "Short Format B+tree"; names are its.</remarks>
internal readonly ref struct FreeSpaceBlock
{
    public const int ChecksumAt = 0x34;                                             // bb_crc

    private const int RecordSize = 8;
    private const int KeySize = 8;
    private const int PointerSize = 4;

    private readonly ReadOnlySpan<byte> _b;
    private readonly bool _isVersion5;

    public FreeSpaceBlock(ReadOnlySpan<byte> bytes, bool isVersion5)
    {
        _b = bytes;
        _isVersion5 = isVersion5;
    }

    public bool HasMagic => _b.StartsWith(_isVersion5 ? "AB3B"u8 : "ABTB"u8);       // bb_magic
    public int Level => Be.U16(_b, 0x04);                                           // bb_level
    public int Count => Be.U16(_b, 0x06);                                           // bb_numrecs
    public ulong Sector => Be.U64(_b, 0x10);                                        // bb_blkno, version 5
    public ReadOnlySpan<byte> Uuid => _b.Slice(0x20, 16);                           // bb_uuid, version 5
    public uint Group => Be.U32(_b, 0x30);                                          // bb_owner, version 5

    /// <summary>Records or children that fit.</summary>
    public int Capacity => (_b.Length - HeaderSize) / (Level == 0 ? RecordSize : KeySize + PointerSize);

    private int HeaderSize => _isVersion5 ? 0x38 : 0x10;

    /// <summary>A run of free blocks: ar_startblock, ar_blockcount.</summary>
    public (uint Start, uint Count) Record(int index) =>
        (Be.U32(_b, HeaderSize + index * RecordSize), Be.U32(_b, HeaderSize + index * RecordSize + 4));

    /// <summary>A block of the next level; all keys come before the pointers.</summary>
    public uint Child(int index) => Be.U32(_b, HeaderSize + Capacity * KeySize + index * PointerSize);
}
