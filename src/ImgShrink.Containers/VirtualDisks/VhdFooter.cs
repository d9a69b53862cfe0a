using ImgShrink.Blocks;

namespace ImgShrink.Containers.VirtualDisks;

/// <summary>What the footer of a VHD tells, viewed in place.</summary>
/// <remarks>
/// 512 bytes at the end of the file, big-endian; a disk that grows has a copy at its start. Spec: Microsoft Virtual Hard Disk
/// Image Format Specification 1.0, "Hard Disk Footer Format".
/// </remarks>
internal readonly ref struct VhdFooter
{
    public const int Size = 512;
    public const uint Fixed = 2, Dynamic = 3, Differencing = 4;

    private const int ChecksumAt = 0x40;

    private readonly ReadOnlySpan<byte> _b;

    public VhdFooter(ReadOnlySpan<byte> bytes) => _b = bytes[..Size];

    /// <summary>Whether it is one, and sound.</summary>
    public bool IsSound => _b.StartsWith("conectix"u8) && Be.U32(_b, ChecksumAt) == ChecksumOf(_b, ChecksumAt); // Cookie, Checksum

    public ulong DataOffset => Be.U64(_b, 0x10);            // Data Offset
    public ulong CurrentSize => Be.U64(_b, 0x30);           // Current Size
    public uint DiskType => Be.U32(_b, 0x3C);               // Disk Type

    /// <summary>The complement of the sum of all bytes but those of the checksum itself.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> structure, int checksumAt)
    {
        uint sum = 0;
        for (int at = 0; at < structure.Length; at++)
            sum += at >= checksumAt && at < checksumAt + 4 ? (uint)0 : structure[at];
        return ~sum;
    }
}
