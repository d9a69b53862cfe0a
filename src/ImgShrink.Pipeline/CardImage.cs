using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>A card image that has been looked at: its table, and the volumes on it.</summary>
public sealed class CardImage
{
    // Metadata is visited in several passes; this holds all of it for the usual card.
    private const int CacheBytes = 32 << 20;
    private const int LookAtOnce = 1 << 20;

    private readonly ReadCache _cache;

    private CardImage(ReadCache cache, IBlockSource disk, RangeSet present, PartitionTable table, IReadOnlyList<CardVolume> volumes,
        IReadOnlyList<string> warnings)
    {
        (_cache, Disk, Present, Table, Volumes, Warnings) = (cache, disk, present, table, volumes, warnings);
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

    /// <summary>What is not as it should be on volumes that are sound all the same, in sentences.</summary>
    internal IEnumerable<string> Remarks(CancellationToken cancel) =>
        from each in Volumes
        let remark = (each.Volume as ExtVolume)?.Remark(cancel)
        where remark is not null
        select $"{each.Partition.Title}: {remark}";

    /// <summary>The volume in the partition of this number.</summary>
    public CardVolume this[int number] => Volumes.First(volume => volume.Partition.Number == number);

    /// <summary>The volume in the partition of this number; null when there is no such partition.</summary>
    public CardVolume? Find(int number) => Volumes.FirstOrDefault(volume => volume.Partition.Number == number);

    /// <summary>What to say where <see cref="Find"/> finds none.</summary>
    public string NoPartition(int number) =>
        $"There is no partition {number}; the card has {string.Join(", ", Volumes.Select(each => each.Partition.Number))}.";

    /// <summary>Keeps nothing of what is read from now on: the plan is made, and content is read once.</summary>
    internal void EndPlanning() => _cache.PassThrough();

    /// <summary>Where the partitions go when some of them have new content, by number.</summary>
    internal Arrangement Arrange(IReadOnlyDictionary<int, TargetView> changed) =>
        Arrange(changed.ToDictionary(each => each.Key, each => each.Value.Length));

    /// <summary>Where the partitions go when some of them have new lengths, in bytes, by number.</summary>
    public Arrangement Arrange(IReadOnlyDictionary<int, long> lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        bool hasSectors = Table.Kind != TableKind.None;
        return Table.Arrange(
            lengths.ToDictionary(each => each.Key, each => hasSectors ? Table.Sector.RoundUp(each.Value) : each.Value), FirstData);
    }

    /// <summary>Whether nothing but zeros is in a range of the image.</summary>
    internal bool IsZero(ByteRange range) => FirstData(range) == range.End;

    /// <summary>Reads the table and opens every volume.</summary>
    /// <param name="source">The image.</param>
    /// <param name="salvage">Goes on with an image that ends too early, as long as nothing in use is missing.</param>
    /// <param name="cancel">Ends the look for what is in use.</param>
    /// <exception cref="CorruptImageException">Not an image, or a damaged one.</exception>
    /// <exception cref="UnsupportedImageException">A kind of table that is not handled.</exception>
    public static CardImage Read(IImageSource source, bool salvage = false, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var cached = new ReadCache(source, CacheBytes);
        PartitionTable table = PartitionTable.ReadEvenIfCut(cached);
        IBlockSource disk = Salvage.Complete(cached, table.CutOff);
        IReadOnlyList<CardVolume> volumes = OpenVolumes(disk, table);
        var warnings = new List<string>([.. table.Warnings, .. table.Oddities]);
        if (table.CutOff is { } cut)
            warnings.Add(Salvage.RequireNothingLost(cut, DataOf(volumes, cancel), source.Length, salvage));
        foreach (CardVolume volume in volumes)
        {
            IReadOnlyList<string> said = volume.Damage is { } damage ? [damage.Message] : volume.Volume.Warnings;
            warnings.AddRange(said.Select(warning => $"{volume.Partition.Title}: {warning}"));
        }

        if (table.Kind == TableKind.None && volumes is [{ Damage: { } broken }])
            throw broken;
        if (table.Kind == TableKind.None && volumes is [{ Volume: OpaqueVolume { IsUnknown: true } }])
            throw NotACard(source.Path);
        return new CardImage(cached, disk, source.DataRanges(), table, volumes, warnings);
    }

    /// <summary>Opens what is in each partition of a table.</summary>
    internal static IReadOnlyList<CardVolume> OpenVolumes(IBlockSource disk, PartitionTable table) =>
        [.. table.Partitions.Select(partition => Open(disk, partition))];

    /// <summary>The error for something that begins like no card at all.</summary>
    internal static CorruptImageException NotACard(string path) => new(
        new Finding(path, "its beginning", "no partition table and no file system",
            "an MBR, a GPT, or a file system"),
        "This is not a card image, or not the beginning of one.");

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

    /// <summary>What the volumes hold, as ranges of the disk.</summary>
    private static RangeSet DataOf(IReadOnlyList<CardVolume> volumes, CancellationToken cancel)
    {
        var data = new RangeSet();
        foreach (CardVolume volume in volumes)
            data.Add(volume.Volume.DataRanges(cancel), volume.Partition.Start);
        return data;
    }

    /// <summary>The first byte in a range that is not zero; the range's end where all of them are.</summary>
    private long FirstData(ByteRange gap)
    {
        foreach (ByteRange present in RangeSet.Of(gap).Intersect(Present).Ranges())
        {
            for (long at = present.Start; at < present.End; at += LookAtOnce)
            {
                byte[] bytes = Disk.ReadBytes(at, (int)Math.Min(LookAtOnce, present.End - at));
                if (bytes.AsSpan().IndexOfAnyExcept((byte)0) is >= 0 and int index)
                    return at + index;
            }
        }

        return gap.End;
    }
}
