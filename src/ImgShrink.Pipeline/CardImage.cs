using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.FileSystems;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Fat;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>One partition and what is in it.</summary>
/// <param name="Partition">Its place, as the table says.</param>
/// <param name="Volume">Its content.</param>
public sealed record CardVolume(Partition Partition, IVolume Volume)
{
    /// <summary>
    /// Why the volume could not even be opened, so that all of it counts as data; null when it could.
    /// </summary>
    public CorruptImageException? Damage { get; init; }
}

/// <summary>A card image that has been looked at: its table, and the volumes on it.</summary>
public sealed class CardImage
{
    // Metadata is visited in several passes; this holds all of it for the usual card.
    private const int CacheBytes = 32 << 20;

    private CardImage(IBlockSource disk, RangeSet present, PartitionTable table, IReadOnlyList<CardVolume> volumes,
        IReadOnlyList<string> warnings)
    {
        (Disk, Present, Table, Volumes, Warnings) = (disk, present, table, volumes, warnings);
    }

    /// <summary>The whole image.</summary>
    public IBlockSource Disk { get; }

    /// <summary>The ranges that are no holes of the file.</summary>
    public RangeSet Present { get; }

    /// <summary>The partition table.</summary>
    public PartitionTable Table { get; }

    /// <summary>The volumes, in the order of the table.</summary>
    public IReadOnlyList<CardVolume> Volumes { get; }

    /// <summary>What is odd but not in the way, in sentences.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The ext volume that lies last on the disk; null when there is none.</summary>
    public CardVolume? LastExt => Volumes
        .Where(volume => volume.Volume is ExtVolume)
        .MaxBy(volume => volume.Partition.Start);

    /// <summary>Whether nothing lies behind a volume, so that it can become shorter.</summary>
    public bool IsLast(CardVolume volume) => volume.Partition.End == Table.EndOfPartitions;

    /// <summary>Reads the table and opens every volume.</summary>
    /// <exception cref="CorruptImageException">Not an image, or a damaged one.</exception>
    /// <exception cref="UnsupportedImageException">A kind of file or table that is not handled.</exception>
    public static CardImage Read(RawImageFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        ImageKind kind = ImageKind.Of(file);
        if (!kind.IsRaw)
            throw new UnsupportedImageException(
                $"{file.Path} is not a raw image but a {kind.Name} file. {kind.Advice}.");
        var disk = new ReadCache(file, CacheBytes);
        PartitionTable table = PartitionTable.Read(disk);
        var volumes = new List<CardVolume>();
        var warnings = new List<string>(table.Warnings);
        foreach (Partition partition in table.Partitions)
        {
            CardVolume volume = Open(disk, partition);
            volumes.Add(volume);
            if (volume.Volume is FatVolume fat)
                warnings.AddRange(fat.Warnings.Select(warning => $"Partition {partition.Number}: {warning}"));
            if (volume.Damage is { } damage)
                warnings.Add($"Partition {partition.Number}: {damage.Message}");
        }

        if (table.Kind == TableKind.None && volumes is [{ Damage: { } broken }])
            throw broken;
        if (table.Kind == TableKind.None && volumes is [{ Volume: OpaqueVolume }])
            throw new CorruptImageException(
                new Finding(file.Path, "its beginning", "no partition table and no file system",
                    "an MBR, a GPT, or an ext or FAT volume"),
                "This is not a card image, or not the beginning of one.");
        return new CardImage(disk, file.DataRanges(), table, volumes, warnings);
    }

    /// <summary>A damaged volume is data like any other until somebody wants to change it.</summary>
    private static CardVolume Open(IBlockSource disk, Partition partition)
    {
        try
        {
            return new CardVolume(partition, FileSystemProbe.Open(new BlockWindow(disk, partition.Range)));
        }
        catch (CorruptImageException damage)
        {
            return new CardVolume(partition, new OpaqueVolume(partition.Length)) { Damage = damage };
        }
    }
}
