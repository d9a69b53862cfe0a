using ImgShrink.Blocks;
using ImgShrink.Partitions.Gpt;
using ImgShrink.Partitions.Mbr;

namespace ImgShrink.Partitions;

/// <summary>Where the partitions of a disk are, read and checked once.</summary>
/// <remarks>Spec: UEFI 2.10, chapter 5 (MBR and GPT). Sectors have 512 bytes.</remarks>
public sealed class PartitionTable
{
    private const long MiB = 1 << 20;

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

    /// <summary>Reads the table of a disk or an image, and checks that every partition is possible.</summary>
    /// <param name="disk">A whole disk, or a bare volume; an image that is neither has the kind "none" too.</param>
    /// <exception cref="CorruptImageException">
    /// The table is damaged, or the image ends before its partitions do.
    /// </exception>
    /// <exception cref="UnsupportedImageException">
    /// A hybrid MBR, two extended partitions, sectors of 4096 bytes.
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

        List<Partition> partitions = MbrTable.Partitions(disk, sector);
        PartitionChecks.ThrowIfImpossible(partitions, disk.Length);
        return new PartitionTable(TableKind.Mbr, $"{sector.DiskSignature:x8}", disk.Length, partitions, []);
    }

    /// <summary>Where the partitions go when some of them become shorter.</summary>
    /// <param name="lengths">
    /// New lengths in bytes, whole sectors, by partition number; a partition that is not named keeps its length.
    /// </param>
    /// <param name="firstData">
    /// Where in a gap between partitions the first byte is that has to be carried along; the gap's end where none has.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A length is no positive multiple of 512, there is no such partition, or one that is not the last would grow.
    /// </exception>
    public Arrangement Arrange(IReadOnlyDictionary<int, long> lengths, Func<ByteRange, long> firstData)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        foreach (var (number, length) in lengths)
        {
            if (Partitions.FirstOrDefault(partition => partition.Number == number) is not { } partition)
                throw new ArgumentException($"There is no partition {number}.", nameof(lengths));
            bool isLast = Partitions.All(other => other.Start <= partition.Start);
            if (length <= 0 || length > partition.Length && !isLast || length % Lba.SectorSize != 0 && Kind != TableKind.None)
                throw new ArgumentException(
                    $"{length} bytes for partition {number} are no whole sectors, or more than the {partition.Length} it has.",
                    nameof(lengths));
        }

        return Arrangement.Of(Partitions, lengths, firstData);
    }

    /// <summary>The shortest image that holds the partitions, in bytes, with the backup GPT if there is one.</summary>
    /// <remarks>
    /// A multiple of 1 MiB, which all flashing tools take; the source's own length (in whole sectors) where rounding up
    /// would make the image longer than the disk it came from. A bare volume is rounded up to a sector only.
    /// </remarks>
    public long MinimumImageLength(Arrangement target)
    {
        ArgumentNullException.ThrowIfNull(target);
        long needed = Lba.RoundUp(target.End) + new Lba(_tailSectors).Bytes;
        if (Kind == TableKind.None)
            return needed;
        long wholeDisk = Lba.RoundDown(DiskBytes);
        long rounded = (needed + MiB - 1) / MiB * MiB;
        return rounded > wholeDisk && needed <= wholeDisk ? wholeDisk : rounded;
    }

    /// <summary>The end that partitions must not pass in an image of at most <paramref name="imageLength"/> bytes.</summary>
    /// <remarks>
    /// The other side of <see cref="MinimumImageLength"/>, with its whole MiB. 0 or less where there is no room at
    /// all.
    /// </remarks>
    public long LargestEnd(long imageLength)
    {
        if (Kind == TableKind.None)
            return imageLength;
        long wholeDisk = Lba.RoundDown(DiskBytes);
        return (imageLength >= wholeDisk ? wholeDisk : imageLength / MiB * MiB) - new Lba(_tailSectors).Bytes;
    }

    /// <summary>The edits that make the table of a target disk: same identities, new places.</summary>
    /// <remarks>
    /// An MBR gets edits in sector 0 and in its extended boot records. A GPT gets both of its copies, the backup at the new
    /// end.
    /// </remarks>
    /// <param name="disk">The disk this table was read from.</param>
    /// <param name="target">Where the partitions go.</param>
    /// <param name="imageLength">Length of the target in bytes; what exceeds whole sectors is not used.</param>
    /// <exception cref="NotEnoughSpaceException">
    /// The partitions do not fit the target, or a place the table's fields.
    /// </exception>
    public IReadOnlyList<TableEdit> Edits(IBlockSource disk, Arrangement target, long imageLength)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(target);
        if (Kind == TableKind.None)
            return [];
        long needed = target.End + new Lba(_tailSectors).Bytes;
        if (needed > Lba.RoundDown(imageLength))
            throw new NotEnoughSpaceException(
                $"The partitions and their table need {needed} bytes, but the target has {imageLength}.");
        return Kind == TableKind.Mbr ? MbrPatch.Edits(disk, target) : GptPatch.Edits(disk, target, imageLength);
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
}
