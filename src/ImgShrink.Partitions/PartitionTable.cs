using ImgShrink.Blocks;
using ImgShrink.Partitions.Gpt;
using ImgShrink.Partitions.Mbr;

namespace ImgShrink.Partitions;

/// <summary>Where the partitions of a disk are, read and checked once.</summary>
/// <remarks>Spec: UEFI 2.10, chapter 5 (MBR and GPT). Sectors have 512 bytes.</remarks>
public sealed class PartitionTable
{
    private readonly long _tailSectors;

    private PartitionTable(
        string kind, string? diskId, long diskBytes, IReadOnlyList<Partition> partitions,
            IReadOnlyList<string> warnings,
        long tailSectors = 0)
    {
        (Kind, DiskId, DiskBytes, Partitions, Warnings) = (kind, diskId, diskBytes, partitions, warnings);
        _tailSectors = tailSectors;
    }

    /// <summary>One of <see cref="TableKind"/>.</summary>
    public string Kind { get; }

    /// <summary>
    /// The disk's identity: "4f1c2a77" (MBR disk signature) or a lower-case GUID; null without a table.
    /// </summary>
    public string? DiskId { get; }

    /// <summary>Length of the disk the table was read from, in bytes.</summary>
    public long DiskBytes { get; }

    /// <summary>The partitions by number, ascending; never empty. Their order on the disk may be another.</summary>
    public IReadOnlyList<Partition> Partitions { get; }

    /// <summary>What is odd but not in the way, in sentences: a damaged copy, a backup in the wrong place.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>
    /// Bytes before the first partition on the disk: boot code, table, boot loaders; 0 without a table.
    /// </summary>
    public long HeadBytes => Partitions.Min(partition => partition.Start);

    /// <summary>The first byte behind the last partition on the disk.</summary>
    public long EndOfPartitions => Partitions.Max(partition => partition.End);

    /// <summary>Reads the table of a disk or an image, and checks that every partition is possible.</summary>
    /// <param name="disk">A whole disk, or a bare volume; an image that is neither has the kind "none" too.</param>
    /// <exception cref="CorruptImageException">
    /// The table is damaged, or the image ends before its partitions do.
    /// </exception>
    /// <exception cref="UnsupportedImageException">
    /// Extended partitions, a hybrid MBR, sectors of 4096 bytes.
    /// </exception>
    public static PartitionTable Read(IBlockSource disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ThrowIfTooShort(disk);
        byte[] bytes = disk.ReadBytes(0, MbrSector.Size);
        var sector = new MbrSector(bytes);
        if (!sector.HasSignature)
            return GptTable.HasGoodPrimary(disk)
                ? ReadGpt(disk, "The protective MBR is missing: most systems will not see the GPT.")
                : Without(disk);
        if (MbrTable.WhyNot(sector, bytes, disk.Length) is string why)
            return Without(disk, why);
        if (MbrTable.ProtectiveSlot(sector) is not null)
            return ReadGpt(disk);

        List<Partition> partitions = MbrTable.Partitions(sector);
        PartitionChecks.ThrowIfImpossible(partitions, disk.Length);
        return new PartitionTable(TableKind.Mbr, $"{sector.DiskSignature:x8}", disk.Length, partitions, []);
    }

    /// <summary>The bytes of the disk that no partition covers, up to the end of the last one: head and gaps.</summary>
    /// <remarks>
    /// Boot loaders live there, so all of it is carried over. What lies behind the last partition is not in it.
    /// </remarks>
    public RangeSet Gaps()
    {
        var gaps = new RangeSet();
        long at = 0;
        foreach (Partition partition in Partitions.OrderBy(partition => partition.Start))
        {
            gaps.Add(ByteRange.Between(at, partition.Start));
            at = partition.End;
        }

        return gaps;
    }

    /// <summary>The shortest image that holds the partitions, in bytes, with the backup GPT if there is one.</summary>
    /// <remarks>
    /// A multiple of 1 MiB, which all flashing tools take; the source's own length (in whole sectors) where rounding up
    /// would make the image longer than the disk it came from. A bare volume is rounded up to a sector only.
    /// </remarks>
    /// <param name="lengths">
    /// New lengths in bytes by partition number; a partition that is not named keeps its length.
    /// </param>
    public long MinimumImageLength(IReadOnlyDictionary<int, long> lengths)
    {
        const long MiB = 1 << 20;
        long needed = Resized(lengths).Max(partition => partition.End) + new Lba(_tailSectors).Bytes;
        needed = RoundUp(needed, Lba.SectorSize);
        if (Kind == TableKind.None)
            return needed;
        long wholeDisk = DiskBytes / Lba.SectorSize * Lba.SectorSize;
        long rounded = RoundUp(needed, MiB);
        return rounded > wholeDisk && needed <= wholeDisk ? wholeDisk : rounded;
    }

    /// <summary>
    /// The most bytes that the last partition can have in an image of at most <paramref name="imageLength"/> bytes.
    /// </summary>
    /// <remarks>
    /// The other side of <see cref="MinimumImageLength"/>, with its whole MiB. 0 or less where there is no room at
    /// all.
    /// </remarks>
    public long LargestLastPartition(long imageLength)
    {
        const long MiB = 1 << 20;
        long start = Partitions.MaxBy(partition => partition.End)!.Start;
        if (Kind == TableKind.None)
            return imageLength - start;
        long wholeDisk = DiskBytes / Lba.SectorSize * Lba.SectorSize;
        long usable = imageLength >= wholeDisk ? wholeDisk : imageLength / MiB * MiB;
        return usable - new Lba(_tailSectors).Bytes - start;
    }

    /// <summary>The edits that make the table of a target disk: same starts and identities, new lengths.</summary>
    /// <remarks>
    /// An MBR gets at most one edit, in sector 0. A GPT gets both of its copies, the backup at the new end.
    /// </remarks>
    /// <param name="disk">The disk this table was read from.</param>
    /// <param name="lengths">
    /// New lengths in bytes, whole sectors, by partition number; others keep their length.
    /// </param>
    /// <param name="imageLength">Length of the target in bytes; what exceeds whole sectors is not used.</param>
    /// <exception cref="NotEnoughSpaceException">
    /// The partitions do not fit the target, or a length the table's fields.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A length is no positive multiple of 512, or there is no such partition.
    /// </exception>
    public IReadOnlyList<TableEdit> Resize(IBlockSource disk, IReadOnlyDictionary<int, long> lengths, long imageLength)
    {
        ArgumentNullException.ThrowIfNull(disk);
        IReadOnlyList<Partition> resized = Resized(lengths);
        if (Kind == TableKind.None)
            return [];
        long needed = resized.Max(partition => partition.End) + new Lba(_tailSectors).Bytes;
        if (needed > imageLength / Lba.SectorSize * Lba.SectorSize)
            throw new NotEnoughSpaceException(
                $"The partitions and their table need {needed} bytes, but the target has {imageLength}.");
        ThrowIfOverlapping(resized);
        Partition[] changed = [.. resized.Where(partition => lengths.ContainsKey(partition.Number))];
        return Kind == TableKind.Mbr ? MbrPatch.Edits(disk, changed) : GptPatch.Edits(disk, changed, imageLength);
    }

    private static PartitionTable ReadGpt(IBlockSource disk, params string[] warnings)
    {
        GptTable table = GptTable.Read(disk);
        List<Partition> partitions = table.Partitions();
        if (partitions.Count == 0)
            return Without(disk, "The GPT is empty.");
        PartitionChecks.ThrowIfImpossible(partitions, disk.Length);
        return new PartitionTable(
            TableKind.Gpt, table.Good.Header.DiskGuid.ToString("D"), disk.Length, partitions,
                [.. warnings, .. table.Warnings],
            GptPatch.TailSectors(table.Good));
    }

    private static PartitionTable Without(IBlockSource disk, params string[] warnings) =>
        new(
            TableKind.None, diskId: null, disk.Length,
            [new Partition(0, 0, disk.Length, Type: "", Name: null, Uuid: null, Bootable: false)], warnings);

    private static void ThrowIfTooShort(IBlockSource disk)
    {
        if (disk.Length == 0)
            throw new CorruptImageException(
                new Finding("image", "its length", "0 bytes", "a disk or a volume"),
                    "The file is empty: copy the card again.");
        if (disk.Length < MbrSector.Size)
            throw new CorruptImageException(
                new Finding("image", "its length", $"{disk.Length} bytes",
                    $"{MbrSector.Size} bytes, one sector, or more"),
                "This is not a disk image, or only the very beginning of one.");
    }

    private Partition[] Resized(IReadOnlyDictionary<int, long> lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        foreach (var (number, length) in lengths)
        {
            if (Partitions.All(partition => partition.Number != number))
                throw new ArgumentException($"There is no partition {number}.", nameof(lengths));
            if (length <= 0 || (length % Lba.SectorSize != 0 && Kind != TableKind.None))
                throw new ArgumentException($"{length} bytes for partition {number} are no whole sectors.",
                    nameof(lengths));
        }

        return [.. Partitions.Select(partition => partition with
        {
            Length = lengths.GetValueOrDefault(partition.Number, partition.Length),
        })];
    }

    private static void ThrowIfOverlapping(IEnumerable<Partition> resized)
    {
        Partition? before = null;
        foreach (Partition partition in resized.OrderBy(partition => partition.Start))
        {
            if (before is not null && partition.Start < before.End)
                throw new NotEnoughSpaceException(
                    $"Partition {before.Number} cannot have {before.Length} bytes: "
                    + $"partition {partition.Number} begins before its end.");
            before = partition;
        }
    }

    private static long RoundUp(long bytes, long unit) => (bytes + unit - 1) / unit * unit;
}
