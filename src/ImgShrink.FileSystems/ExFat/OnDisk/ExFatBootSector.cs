using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.ExFat.OnDisk;

/// <summary>The main boot sector of exFAT, viewed in place: the first 512 bytes of the volume, little-endian.</summary>
/// <remarks>Spec: Microsoft, exFAT file system specification, section 3.1; names are its. Offsets and lengths are in sectors.</remarks>
internal readonly ref struct ExFatBootSector
{
    public const int Size = 512;

    /// <summary>Where PartitionOffset is: 8 bytes, the sectors of the disk before the volume.</summary>
    public const int PartitionOffsetAt = 0x40;

    private readonly ReadOnlySpan<byte> _b;

    public ExFatBootSector(ReadOnlySpan<byte> bytes) => _b = bytes[..Size];

    public bool HasZeros => !_b[0x0B..0x40].ContainsAnyExcept((byte)0);             // MustBeZero
    public ulong VolumeLength => Le.U64(_b, 0x48);                                  // VolumeLength
    public uint FatOffset => Le.U32(_b, 0x50);                                      // FatOffset
    public uint FatLength => Le.U32(_b, 0x54);                                      // FatLength
    public uint HeapOffset => Le.U32(_b, 0x58);                                     // ClusterHeapOffset
    public uint ClusterCount => Le.U32(_b, 0x5C);                                   // ClusterCount
    public uint RootCluster => Le.U32(_b, 0x60);                                    // FirstClusterOfRootDirectory
    public uint Serial => Le.U32(_b, 0x64);                                         // VolumeSerialNumber
    public int MajorRevision => _b[0x69];                                           // FileSystemRevision, high byte
    public bool IsDirty => (Le.U16(_b, 0x6A) & 2) != 0;                             // VolumeFlags, VolumeDirty
    public int SectorShift => _b[0x6C];                                             // BytesPerSectorShift
    public int ClusterShift => _b[0x6D];                                            // SectorsPerClusterShift
    public int FatCount => _b[0x6E];                                                // NumberOfFats, 2 on TexFAT only
    public bool HasSignature => Le.U16(_b, 0x1FE) == 0xAA55;                        // BootSignature

    /// <summary>The checksum of a boot region's first 11 sectors: all bytes but VolumeFlags and PercentInUse.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> sectors)
    {
        uint sum = 0;
        for (int i = 0; i < sectors.Length; i++)
            if (i is not (0x6A or 0x6B or 0x70))
                sum = unchecked(uint.RotateRight(sum, 1) + sectors[i]);
        return sum;
    }
}
