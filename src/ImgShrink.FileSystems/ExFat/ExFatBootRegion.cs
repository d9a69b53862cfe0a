using ImgShrink.Blocks;
using ImgShrink.FileSystems.ExFat.OnDisk;

namespace ImgShrink.FileSystems.ExFat;

/// <summary>One of the two boot regions of exFAT: eleven sectors, and one that is filled with their checksum.</summary>
/// <remarks>Spec: Microsoft, exFAT file system specification, sections 3.1 to 3.4.</remarks>
internal sealed class ExFatBootRegion
{
    /// <summary>Sectors in a region; the backup follows the main one, and the FAT comes behind it.</summary>
    public const int Sectors = 12;

    private readonly long _start;
    private readonly int _sectorBytes;
    private readonly byte[] _checksummed;

    /// <summary>Reads a region.</summary>
    /// <param name="volume">A volume that has both regions.</param>
    /// <param name="number">0 for the main region, 1 for the backup.</param>
    /// <param name="sectorShift">Logarithm of the bytes in a sector, 9 to 12.</param>
    public ExFatBootRegion(IBlockSource volume, int number, int sectorShift)
    {
        (_start, _sectorBytes) = ((long)number * Sectors << sectorShift, 1 << sectorShift);
        _checksummed = volume.ReadBytes(_start, ChecksumAt);
        Checksum = Le.U32(volume.ReadBytes(_start + ChecksumAt, sizeof(uint)), 0);
    }

    /// <summary>The checksum that the region has.</summary>
    public uint Checksum { get; }

    /// <summary>The checksum that it should have.</summary>
    public uint ExpectedChecksum => ExFatBootSector.ChecksumOf(_checksummed);

    /// <summary>The sectors that change with PartitionOffset, where that was one start and becomes another.</summary>
    /// <returns>Two sectors with their addresses in the volume; none where the region is damaged, or says something else.</returns>
    public IEnumerable<(long At, byte[] Sector)> Moved(long oldStart, long newStart)
    {
        Span<byte> offset = _checksummed.AsSpan(ExFatBootSector.PartitionOffsetAt, sizeof(ulong));
        if (Checksum != ExpectedChecksum || Le.U64(offset, 0) != (ulong)oldStart)
            return [];
        Le.Put64(offset, 0, (ulong)newStart);
        byte[] checksums = new byte[_sectorBytes];
        for (int at = 0; at < checksums.Length; at += sizeof(uint))
            Le.Put32(checksums, at, ExpectedChecksum);
        return [(_start, _checksummed[.._sectorBytes]), (_start + ChecksumAt, checksums)];
    }

    private int ChecksumAt => (Sectors - 1) * _sectorBytes;
}
