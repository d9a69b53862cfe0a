using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ntfs.OnDisk;

/// <summary>The boot sector of NTFS, viewed in place: the first 512 bytes of the volume, little-endian.</summary>
/// <remarks>Spec: Linux-NTFS project, NTFS documentation, "$Boot". There are no official names.</remarks>
internal readonly ref struct NtfsBootSector
{
    public const int Size = 512;

    private readonly ReadOnlySpan<byte> _b;

    public NtfsBootSector(ReadOnlySpan<byte> bytes) => _b = bytes[..Size];

    public int BytesPerSector => Le.U16(_b, 0x0B);                                  // bytes per sector
    public ulong TotalSectors => Le.U64(_b, 0x28);                                  // without the backup boot sector
    public ulong MftCluster => Le.U64(_b, 0x30);                                    // LCN of $MFT
    public ulong Serial => Le.U64(_b, 0x48);                                        // volume serial number
    public bool HasSignature => Le.U16(_b, 0x1FE) == 0xAA55;

    /// <summary>Sectors in a cluster, a power of two from 1; large ones are a negative logarithm. 0 if it is neither.</summary>
    public int SectorsPerCluster => _b[0x0D] switch
    {
        <= 0x80 and var count => int.IsPow2(count) ? count : 0,
        >= 0xF4 and var minusLog => 1 << 256 - minusLog,
        _ => 0,
    };

    /// <summary>Bytes of a record of the MFT: so many clusters, or a negative logarithm of bytes; 0 if it cannot be.</summary>
    public int RecordBytes(int clusterBytes) => unchecked((sbyte)_b[0x40]) switch
    {
        > 0 and <= 64 and var clusters when clusterBytes <= 65536 => clusters * clusterBytes,
        < -8 and > -17 and var minusLog => 1 << -minusLog,
        _ => 0,
    };
}
