using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Xfs.OnDisk;

/// <summary>The header of a record in the log, viewed in place: 512 bytes, big-endian.</summary>
/// <remarks>
/// The first four bytes of every other sector of the log are replaced, so that only headers begin with the magic number.
/// Spec: XFS Algorithms &amp; Data Structures, 3rd edition, "Log Records"; names are its.
/// </remarks>
internal readonly ref struct LogRecordHeader
{
    public const int Size = 512;

    // So much of a record is described in one header.
    private const uint BytesAHeader = 32768;

    private readonly ReadOnlySpan<byte> _b;

    public LogRecordHeader(ReadOnlySpan<byte> bytes) => _b = bytes[..Size];

    public bool HasMagic => Be.U32(_b, 0x00) == 0xFEEDBABE;                         // h_magicno
    public int Version => (int)(Be.U32(_b, 0x08) & 3);                              // h_version
    public ulong Lsn => Be.U64(_b, 0x10);                                           // h_lsn: cycle, and sector in the log
    public uint OperationCount => Be.U32(_b, 0x28);                                 // h_num_logops
    public ReadOnlySpan<byte> Uuid => _b.Slice(0x130, 16);                          // h_fs_uuid

    /// <summary>Sectors of headers before the content.</summary>
    public uint HeaderCount => Version == 2 && Be.U32(_b, 0x140) is > BytesAHeader and var size    // h_size
        ? (uint)((size + (ulong)BytesAHeader - 1) / BytesAHeader) : 1;
}
