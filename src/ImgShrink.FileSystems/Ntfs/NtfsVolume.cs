using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ntfs.OnDisk;

namespace ImgShrink.FileSystems.Ntfs;

/// <summary>An NTFS volume: the clusters that its bitmap says are in use, and the backup of the boot sector behind them.</summary>
internal sealed class NtfsVolume : MappedVolume, IPlacedVolume
{
    // Of the attribute $VOLUME_INFORMATION: its flags, of which the lowest asks for a check.
    private const int FlagsAt = 0x0A;

    private readonly IBlockSource _volume;
    private readonly NtfsGeometry _geometry;

    private NtfsVolume(IBlockSource volume)
    {
        if (volume.Length < NtfsBootSector.Size)
            throw new CorruptImageException(
                new Finding("NTFS boot sector", "the partition", $"{volume.Length} bytes long", "one sector or more"),
                NtfsGeometry.Advice);
        var boot = new NtfsBootSector(volume.ReadBytes(0, NtfsBootSector.Size));
        (_volume, _geometry) = (volume, NtfsGeometry.From(boot, volume.Length));
        Uuid = $"{boot.Serial:X16}";
        Label = ReadLabel();
    }

    /// <inheritdoc/>
    public override string FileSystem => "ntfs";

    /// <inheritdoc/>
    public override string? Label { get; }

    /// <summary>The serial number as Linux prints it, 16 digits.</summary>
    public override string? Uuid { get; }

    /// <inheritdoc/>
    public override long Bytes => _geometry.TotalBytes + _geometry.BackupBytes;

    /// <summary>Opens a volume that bears the name of NTFS.</summary>
    /// <exception cref="CorruptImageException">Its boot sector cannot be true.</exception>
    public static IVolume Open(IBlockSource volume) => new NtfsVolume(volume);

    /// <summary>The boot sectors that say where the volume starts: the first one, and the backup behind the volume.</summary>
    public IEnumerable<(long At, byte[] Sector)> MovedBootSectors(long oldStart, long newStart) =>
        HiddenSectors.Moved(_volume, oldStart, newStart, _geometry.BackupBytes > 0 ? [0, _geometry.TotalBytes] : [0]);

    /// <inheritdoc/>
    protected override AllocationMap ReadMap()
    {
        MasterFileTable table = MasterFileTable.Open(_volume, _geometry);
        byte[] information = InVolumeRecord(table, NtfsAttribute.VolumeInformation) ?? [];
        if (information.Length < FlagsAt + 2)
            return AllocationMap.Doubtful("does not say whether it has to be checked");
        if ((Le.U16(information, FlagsAt) & 1) != 0)
            return AllocationMap.Doubtful("is marked to be checked (chkdsk)");
        if (!LogFile.IsClean(_volume, table.ContentOf(MasterFileTable.LogFile)))
            return AllocationMap.Doubtful("was not unmounted cleanly");
        AllocationMap map = NtfsScan.Read(_volume, _geometry, table);
        map.Data.Add(ByteRange.Between(_geometry.ClusterCount * _geometry.ClusterBytes, Bytes));
        return map;
    }

    private string? ReadLabel()
    {
        try
        {
            return InVolumeRecord(MasterFileTable.Open(_volume, _geometry), NtfsAttribute.VolumeName) is { } name
                ? VolumeText.Utf16(name) : null;
        }
        catch (CorruptImageException)
        {
            // A broken table is found, and told, when the map is read.
            return null;
        }
    }

    private static byte[]? InVolumeRecord(MasterFileTable table, uint type)
    {
        if (table.TryRead(MasterFileTable.Volume) is not { } record)
            return null;
        foreach (Range range in MasterFileTable.Attributes(MasterFileTable.Volume, record))
            if (new NtfsAttribute(record.AsSpan(range)) is { IsOutside: false } attribute && attribute.Type == type)
                return attribute.Content.ToArray();
        return null;
    }
}
