using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Xfs.OnDisk;

/// <summary>The free space header (AGF) of an allocation group, viewed in place: its second sector, big-endian.</summary>
/// <remarks>Spec: XFS Algorithms &amp; Data Structures, 3rd edition, "AG Free Space Management"; names are its.</remarks>
internal readonly ref struct FreeSpaceHeader
{
    public const int ChecksumAt = 0xD8;                                             // agf_crc

    private readonly ReadOnlySpan<byte> _b;

    public FreeSpaceHeader(ReadOnlySpan<byte> bytes) => _b = bytes;

    public bool HasMagic => _b.StartsWith("XAGF"u8);                                // agf_magicnum
    public uint Group => Be.U32(_b, 0x08);                                          // agf_seqno
    public uint Blocks => Be.U32(_b, 0x0C);                                         // agf_length
    public uint Root => Be.U32(_b, 0x10);                                           // agf_roots[0], by block number
    public uint Levels => Be.U32(_b, 0x1C);                                         // agf_levels[0]
    public uint FreeBlocks => Be.U32(_b, 0x34);                                     // agf_freeblks
    public uint Longest => Be.U32(_b, 0x38);                                        // agf_longest
    public ReadOnlySpan<byte> Uuid => _b.Slice(0x40, 16);                           // agf_uuid, version 5
}
