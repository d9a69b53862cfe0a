using ImgShrink.Blocks;
using ImgShrink.FileSystems.ExFat.OnDisk;

namespace ImgShrink.FileSystems.ExFat;

/// <summary>An exFAT volume: boot regions, FAT, and the clusters that its bitmap says are in use.</summary>
/// <remarks>Spec: Microsoft, exFAT file system specification, revision 1.00.</remarks>
internal sealed class ExFatVolume : MappedVolume, IPlacedVolume
{
    private readonly ExFatDisk _disk;
    private readonly int _sectorShift;
    private readonly bool _isDirty;
    private readonly bool _isTransactional;

    private ExFatVolume(IBlockSource volume)
    {
        if (volume.Length < ExFatBootSector.Size)
            throw new CorruptImageException(
                new Finding("exFAT boot sector", "the partition", $"{volume.Length} bytes long", "one sector or more"),
                ExFatGeometry.Advice);
        var boot = new ExFatBootSector(volume.ReadBytes(0, ExFatBootSector.Size));
        _disk = new ExFatDisk(volume, ExFatGeometry.From(boot, volume));
        (_sectorShift, _isDirty, _isTransactional) = (boot.SectorShift, boot.IsDirty, boot.FatCount == 2);
        Uuid = $"{boot.Serial >> 16:X4}-{boot.Serial & 0xFFFF:X4}";
        Label = LabelInRoot();
    }

    /// <inheritdoc/>
    public override string FileSystem => "exfat";

    /// <inheritdoc/>
    public override string? Label { get; }

    /// <summary>The serial number as Linux prints it, "ABCD-1234".</summary>
    public override string? Uuid { get; }

    /// <inheritdoc/>
    public override long Bytes => _disk.Geometry.TotalBytes;

    /// <summary>Opens a volume that bears the name of exFAT.</summary>
    /// <exception cref="CorruptImageException">Its boot sector cannot be true.</exception>
    public static IVolume Open(IBlockSource volume) => new ExFatVolume(volume);

    /// <summary>The boot sectors that say where the volume starts, and the checksums of both boot regions.</summary>
    public IEnumerable<(long At, byte[] Sector)> MovedBootSectors(long oldStart, long newStart) =>
        Enumerable.Range(0, 2).SelectMany(number => new ExFatBootRegion(_disk.Bytes, number, _sectorShift).Moved(oldStart, newStart));

    /// <inheritdoc/>
    protected override AllocationMap ReadMap()
    {
        if (_isDirty)
            return AllocationMap.Doubtful("was not unmounted cleanly");
        if (_isTransactional)
            return AllocationMap.Doubtful("is a TexFAT, which has two bitmaps");
        RangeSet data = ExFatScan.UsedClusters(_disk);
        ExFatGeometry geometry = _disk.Geometry;
        data.Add(new ByteRange(0, geometry.HeapStart));
        data.Add(ByteRange.Between(
            geometry.HeapStart + (long)geometry.ClusterCount * geometry.ClusterBytes, geometry.TotalBytes));
        return AllocationMap.Of(data);
    }

    private string? LabelInRoot()
    {
        try
        {
            byte[]? bytes = _disk.Entries(_disk.Root).FirstOrDefault(bytes => bytes[0] == ExFatEntry.Label);
            return bytes is not null && new ExFatEntry(bytes) is { LabelLength: <= 11 } entry
                ? VolumeText.Utf16(entry.LabelText[..(2 * entry.LabelLength)]) : null;
        }
        catch (CorruptImageException)
        {
            // A broken root directory is found, and told, by the scan.
            return null;
        }
    }
}
