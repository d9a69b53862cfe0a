using ImgShrink.Blocks;
using ImgShrink.FileSystems.Fat.OnDisk;

namespace ImgShrink.FileSystems.Fat;

/// <summary>A FAT12, FAT16 or FAT32 volume: what it holds, and its files.</summary>
/// <remarks>
/// Not for several threads at once. Spec: Microsoft Extensible Firmware Initiative FAT32 File System Specification 1.03.
/// </remarks>
public sealed class FatVolume : IFileVolume, IPlacedVolume
{
    private readonly FatDisk _disk;
    private readonly Lazy<FatScan> _scan;

    private FatVolume(FatDisk disk)
    {
        _disk = disk;
        _scan = new Lazy<FatScan>(() => FatScan.Of(disk));
        var boot = new BootSector(disk.Bytes.ReadBytes(0, BootSector.Size));
        Uuid = boot.HasSerial ? $"{boot.Serial >> 16:X4}-{boot.Serial & 0xFFFF:X4}" : null;
        Label = LabelInRoot(disk) ?? LabelIn(boot);
    }

    /// <inheritdoc/>
    public string FileSystem => $"fat{(int)_disk.Geometry.Kind}";

    /// <summary>The label in the root directory, or else the one in the boot sector; null when there is none.</summary>
    public string? Label { get; }

    /// <summary>The serial number as Linux prints it, "ABCD-1234"; null when there is none.</summary>
    public string? Uuid { get; }

    /// <inheritdoc/>
    public long Bytes => _disk.Geometry.TotalBytes;

    /// <inheritdoc/>
    public long FreeBytes => _scan.Value.FreeClusters * _disk.Geometry.ClusterBytes;

    /// <summary>
    /// What is wrong with the volume, in sentences; where this is not empty, all of it counts as data.
    /// </summary>
    public IReadOnlyList<string> Warnings => _scan.Value.Damage is string damage
        ? [$"The {FileSystem} volume is damaged, so all of it is kept. {damage}"]
        : [];

    /// <summary>What is wrong with the volume, in a sentence; null when it is sound.</summary>
    public string? Damage => _scan.Value.Damage is string damage ? $"{damage} {FatDisk.Advice}" : null;

    /// <summary>The files, for looking at.</summary>
    public IFileTree Files => new FatTree(_disk);

    /// <inheritdoc/>
    public IFileTree OpenFiles() => Files;

    /// <inheritdoc/>
    public IReadOnlyList<string> FilesIn(RangeSet ranges, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        return _scan.Value.Damage is null ? FatFilesIn.Find(_disk, ranges) : [];
    }

    /// <summary>Opens a volume; null when it is not FAT.</summary>
    /// <exception cref="CorruptImageException">It is FAT, but its boot sector cannot be true.</exception>
    public static FatVolume? TryOpen(IBlockSource volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        return FatDisk.TryOpen(volume) is FatDisk disk ? new FatVolume(disk) : null;
    }

    /// <summary>Opens a volume that has to be FAT.</summary>
    /// <exception cref="CorruptImageException">It is not FAT, or its boot sector cannot be true.</exception>
    public static FatVolume Open(IBlockSource volume) => TryOpen(volume) ?? throw new CorruptImageException(
        new Finding("FAT boot sector", "sector 0", "something else", "a FAT parameter block ending in 55 AA"),
        "This is no FAT volume.");

    /// <summary>Opens the files of a volume for edits, which go to <paramref name="volume"/>.</summary>
    /// <remarks>
    /// Both tables and the FSInfo count are kept up. What was opened on the bytes below does not see the edits.
    /// </remarks>
    /// <param name="volume">The volume, usually as a <see cref="WriteOverlay"/>.</param>
    /// <param name="time">The time that new and changed files bear.</param>
    /// <exception cref="CorruptImageException">It is not FAT, or damaged: an edit could destroy a file.</exception>
    public static IFileEditor Edit(IBlockStore volume, DateTimeOffset time)
    {
        FatVolume opened = Open(volume);
        if (opened._scan.Value.Damage is string damage)
            throw new CorruptImageException(
                new Finding($"{opened.FileSystem} volume", "its structure", "damaged",
                    "sound, before files are written to it"),
                $"{damage} {FatDisk.Advice}");
        var allocator = new FatAllocator(opened._disk, volume, opened._scan.Value.FreeClusters);
        return new FatFiles(opened._disk, allocator, time);
    }

    /// <summary>
    /// Reserved area, tables, root directory and the clusters in use; the whole volume when it is damaged.
    /// </summary>
    public RangeSet DataRanges(CancellationToken cancel = default)
    {
        if (_scan.Value.Damage is not null)
            return RangeSet.Of(new ByteRange(0, Bytes));
        RangeSet data = RangeSet.Of(new ByteRange(0, _disk.Geometry.DataStart));
        _scan.Value.AddUsedTo(data);
        return data;
    }

    /// <summary>The boot sectors that say where the volume starts: the first one, and its backup on FAT32.</summary>
    public IEnumerable<(long At, byte[] Sector)> MovedBootSectors(long oldStart, long newStart)
    {
        var boot = new BootSector(_disk.Bytes.ReadBytes(0, BootSector.Size));
        return HiddenSectors.Moved(
            _disk.Bytes, oldStart, newStart, boot.BackupSector is > 0 and int backup && backup < boot.ReservedSectors
                ? [0, (long)backup * boot.BytesPerSector] : [0]);
    }

    private static string? LabelInRoot(FatDisk disk)
    {
        try
        {
            FatItem? label = FatDirectory.Read(disk, 0).FirstOrDefault(item => item.IsLabel);
            return label is null ? null : NullIfEmpty(FatShortName.Decode(label.ShortBytes));
        }
        catch (CorruptImageException)
        {
            // A broken root directory is found, and told, by the scan; the boot sector may still know the label.
            return null;
        }
    }

    private static string? LabelIn(BootSector boot) =>
        boot.HasLabel && FatShortName.Decode(boot.Label) is var label and not "NO NAME" ? NullIfEmpty(label) : null;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
