using ImgShrink.Blocks;
using ImgShrink.Partitions.Gpt;
using ImgShrink.Partitions.Mbr;

namespace ImgShrink.Partitions;

/// <summary>Where the partitions of a disk are, read and checked once.</summary>
/// <remarks>Spec: UEFI 2.10, chapter 5 (MBR and GPT).</remarks>
public sealed class PartitionTable
{
    // What the length of an image should be a multiple of: all flashing tools take a whole MiB; some want 4096.
    private static readonly long[] s_lengthUnits = [1 << 20, 4096];

    private PartitionTable(
        string kind, string? diskId, SectoredDisk disk, IReadOnlyList<Partition> partitions, long tailSectors = 0)
    {
        (Kind, DiskId, DiskBytes, Sector, Partitions) = (kind, diskId, disk.Bytes.Length, disk.Sector, partitions);
        TailBytes = Sector.Of(tailSectors);
    }

    /// <summary>One of <see cref="TableKind"/>.</summary>
    public string Kind { get; }

    /// <summary>
    /// The disk's identity: "4f1c2a77" (MBR disk signature) or a lower-case GUID; null without a table.
    /// </summary>
    public string? DiskId { get; }

    /// <summary>Length of the disk the table was read from, in bytes.</summary>
    public long DiskBytes { get; }

    /// <summary>The unit of the table's numbers; 512 bytes where there is no table.</summary>
    public SectorSize Sector { get; }

    /// <summary>Bytes that the table needs behind the last partition: those of the backup GPT; else 0.</summary>
    public long TailBytes { get; }

    /// <summary>The partitions by number, ascending; never empty. Their order on the disk may be another.</summary>
    public IReadOnlyList<Partition> Partitions { get; }

    /// <summary>What is not as it should be but not in the way, in sentences: a damaged copy, a backup in the wrong place.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>What is unusual and still right, in sentences: numbers out of order, a hybrid MBR, sectors of 4096 bytes.</summary>
    public IReadOnlyList<string> Oddities { get; private init; } = [];

    /// <summary>What is missing of an image that ends before its partitions do; null for all others.</summary>
    public CutOff? CutOff { get; private init; }

    /// <summary>Bytes behind the last partition and the table, which no image has to take along; 0 without a table.</summary>
    public long TrailingBytes => Kind == TableKind.None ? 0
        : Math.Max(0, DiskBytes - MinimumImageLength(Partitions.Max(each => each.End)));

    /// <summary>Reads the table of a disk or an image, and checks that every partition is possible.</summary>
    /// <param name="disk">A whole disk, or a bare volume; an image that is neither has the kind "none" too.</param>
    /// <exception cref="CorruptImageException">
    /// The table is damaged, or the image ends before its partitions do.
    /// </exception>
    /// <exception cref="UnsupportedImageException">There are two extended partitions.</exception>
    public static PartitionTable Read(IBlockSource disk)
    {
        PartitionTable table = ReadEvenIfCut(disk);
        return table.CutOff is not { } cut ? table : throw new CorruptImageException(
            $"{cut.Sentence}: the copy is incomplete.", cut.Findings,
            "Copy the card again; if the image was compressed, check that it was unpacked completely.");
    }

    /// <summary>As <see cref="Read"/>, also for images that end before their partitions do: see <see cref="CutOff"/>.</summary>
    public static PartitionTable ReadEvenIfCut(IBlockSource disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ThrowIfTooShort(disk);
        var sectored = new SectoredDisk(disk, SectorProbe.Of(disk));
        byte[] bytes = disk.ReadBytes(0, MbrSector.Size);
        var sector = new MbrSector(bytes);
        if (MbrTable.IsBlank(sector, bytes) && GptTable.HasGoodPrimary(sectored))
            return ReadGpt(sectored, "The protective MBR is missing: most systems will not see the GPT.");
        if (!sector.HasSignature)
            return Without(disk);
        if (MbrTable.WhyNot(sector, bytes, sectored) is string why)
            return Without(disk, why);
        return MbrTable.ProtectiveSlot(sector) is null ? ReadMbr(sectored, sector) : ReadGpt(sectored);
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
            if (length <= 0 || length > partition.Length && !isLast || length % Sector.Bytes != 0 && Kind != TableKind.None)
                throw new ArgumentException(
                    $"{length} bytes for partition {number} are no whole sectors, or more than the {partition.Length} it has.",
                    nameof(lengths));
        }

        return Arrangement.Of(Partitions, Sector, lengths, firstData);
    }

    /// <summary>The shortest image that holds the partitions, in bytes, with the backup GPT if there is one.</summary>
    /// <remarks>
    /// A multiple of 1 MiB, which all flashing tools take. Where that would be longer than the disk it came from, a multiple
    /// of 4096, or else the length that is needed. A bare volume is rounded up to a sector only.
    /// </remarks>
    public long MinimumImageLength(Arrangement target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return MinimumImageLength(target.End);
    }

    /// <summary>The end that partitions must not pass in an image of at most <paramref name="imageLength"/> bytes.</summary>
    /// <remarks>
    /// The other side of <see cref="MinimumImageLength(Arrangement)"/>, with its whole MiB. 0 or less where there is no room
    /// at all.
    /// </remarks>
    public long LargestEnd(long imageLength)
    {
        if (Kind == TableKind.None)
            return imageLength;
        long wholeDisk = Sector.RoundDown(DiskBytes);
        long mebi = s_lengthUnits[0];
        return (imageLength >= wholeDisk ? wholeDisk : imageLength / mebi * mebi) - TailBytes;
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
    /// <exception cref="UnsupportedImageException">An entry of a hybrid MBR covers a part of what changes.</exception>
    public IReadOnlyList<TableEdit> Edits(IBlockSource disk, Arrangement target, long imageLength)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(target);
        if (Kind == TableKind.None)
            return [];
        long needed = target.End + TailBytes;
        if (needed > Sector.RoundDown(imageLength))
            throw new NotEnoughSpaceException(
                $"The partitions and their table need {needed} bytes, but the target has {imageLength}.");
        var sectored = new SectoredDisk(disk, Sector);
        return Kind == TableKind.Mbr ? MbrPatch.Edits(sectored, target) : GptPatch.Edits(sectored, target, imageLength);
    }

    private static PartitionTable ReadMbr(SectoredDisk disk, MbrSector sector)
    {
        ExtendedChain? chain = ExtendedChain.TryRead(disk, sector);
        List<Partition> partitions = MbrTable.Partitions(disk, sector, chain);
        PartitionChecks.ThrowIfOverlapping(partitions, disk.Sector);
        return new PartitionTable(TableKind.Mbr, $"{sector.DiskSignature:x8}", disk, partitions)
        {
            CutOff = CutOff.Of(partitions, disk),
            Oddities = [.. OfSectors(disk), .. TableOddities.OfMbr(sector, chain, partitions)],
        };
    }

    private static PartitionTable ReadGpt(SectoredDisk disk, params string[] warnings)
    {
        GptTable table = GptTable.Read(disk);
        List<Partition> partitions = table.Partitions(disk.Sector);
        if (partitions.Count == 0)
            return Without(disk.Bytes, "The GPT is empty.");
        PartitionChecks.ThrowIfOverlapping(partitions, disk.Sector);
        return new PartitionTable(
            TableKind.Gpt, table.Good.Header.DiskGuid.ToString("D"), disk, partitions,
            GptPatch.TailSectors(table.Good, disk.Sector))
        {
            CutOff = CutOff.Of(partitions, disk),
            Warnings = [.. warnings, .. table.Warnings],
            Oddities =
            [
                .. OfSectors(disk), .. CompanionMbr.Oddities(disk, partitions), .. TableOddities.Of(partitions),
            ],
        };
    }

    private static string[] OfSectors(SectoredDisk disk) => disk.Sector == SectorSize.Usual ? []
        : [$"The disk has sectors of {disk.Sector.Bytes} bytes. Its image is only for disks like that, and not for cards."];

    private long MinimumImageLength(long end)
    {
        long needed = Sector.RoundUp(end) + TailBytes;
        if (Kind == TableKind.None)
            return needed;
        long wholeDisk = Sector.RoundDown(DiskBytes);
        foreach (long unit in s_lengthUnits)
        {
            long rounded = (needed + unit - 1) / unit * unit;
            if (rounded <= wholeDisk || needed > wholeDisk)
                return rounded;
        }

        return wholeDisk;
    }

    private static PartitionTable Without(IBlockSource disk, params string[] warnings) =>
        new(
            TableKind.None, diskId: null, new SectoredDisk(disk, SectorSize.Usual),
            [new Partition(0, 0, disk.Length, Type: "", Name: null, Uuid: null, Bootable: false)]) { Warnings = warnings };

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
