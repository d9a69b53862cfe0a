using ImgShrink.Blocks;
using ImgShrink.Partitions.Mbr;

namespace ImgShrink.Partitions.Gpt;

/// <summary>Finds the good copy of a GPT and makes partitions of its entries.</summary>
/// <param name="Good">The copy to go by.</param>
/// <param name="PrimaryEntries">Where the primary array of entries is, or has to be.</param>
/// <param name="Warnings">What is wrong with the other copy, in sentences; empty when nothing is.</param>
internal sealed record GptTable(GptCopy Good, Lba PrimaryEntries, IReadOnlyList<string> Warnings)
{
    private const string PrimaryName = "primary GPT header";
    private const string BackupName = "backup GPT header";
    private static readonly Lba s_primary = new(1);

    /// <summary>Whether the primary copy is there and good.</summary>
    /// <remarks>
    /// Without a protective MBR nothing less counts: a volume on the whole disk may leave an old backup standing.
    /// </remarks>
    public static bool HasGoodPrimary(SectoredDisk disk) =>
        GptCopy.TryRead(disk, s_primary, PrimaryName, out _) is not null;

    /// <summary>Whether a backup copy is there and good.</summary>
    public static bool HasBackup(SectoredDisk disk) => TryReadBackup(disk, out _) is not null;

    /// <summary>Reads the primary copy, or the backup where the primary is damaged.</summary>
    /// <remarks>
    /// A backup that is not in the last sector is good enough: the image was copied to a larger disk.
    /// </remarks>
    /// <exception cref="CorruptImageException">Neither copy is good.</exception>
    public static GptTable Read(SectoredDisk disk)
    {
        GptCopy? primary = GptCopy.TryRead(disk, s_primary, PrimaryName, out Finding? primaryWrong);
        GptCopy? backup = TryReadBackup(disk, out Finding? backupWrong);
        if (primary is null && backup is null)
            throw new CorruptImageException(
                "Both copies of the GPT are damaged.", [primaryWrong!, backupWrong!],
                "Repair the table with a partitioning tool, or copy the card again.");
        Lba entries = primary is not null ? new Lba((long)primary.Header.EntriesLba) : PrimaryPlace.Of(disk, backup!);
        return new GptTable(primary ?? backup!, entries, [.. Warn(disk, primary, primaryWrong, backup, backupWrong)]);
    }

    /// <summary>The partitions, by number.</summary>
    /// <param name="sector">The length of the disk's sectors.</param>
    /// <exception cref="CorruptImageException">An entry cannot be true.</exception>
    public List<Partition> Partitions(SectorSize sector)
    {
        var partitions = new List<Partition>();
        for (int slot = 0; slot < Good.Slots; slot++)
        {
            GptEntry entry = Good[slot];
            if (entry.IsEmpty)
                continue;
            ThrowIfImpossible(entry, slot + 1, sector);
            long start = sector.Of((long)entry.StartingLba);
            long length = sector.Of((long)(entry.EndingLba - entry.StartingLba + 1));
            partitions.Add(new Partition(
                slot + 1, start, length, entry.Type.ToString("D"), entry.Name is { Length: > 0 } name ? name : null,
                entry.Unique.ToString("D"), entry.IsLegacyBootable));
        }

        return partitions;
    }

    private void ThrowIfImpossible(GptEntry entry, int number, SectorSize sector)
    {
        const string Advice = "Repair the partition table, or copy the card again.";
        GptHeader header = Good.Header;
        ulong firstFree = Math.Max(header.FirstUsableLba, (ulong)(PrimaryEntries.Number + Good.ArraySectors));
        if (entry.StartingLba < firstFree)
            throw new CorruptImageException(
                new Finding($"GPT entry {number}", "StartingLBA", $"{entry.StartingLba}",
                    $"{firstFree} or more, behind the table"), Advice);
        if (entry.EndingLba < entry.StartingLba)
            throw new CorruptImageException(
                new Finding($"GPT entry {number}", "EndingLBA", $"{entry.EndingLba}",
                    $"{entry.StartingLba} (StartingLBA) or more"), Advice);
        if (entry.EndingLba > Math.Min(sector.Highest, header.LastUsableLba))
            throw new CorruptImageException(
                new Finding($"GPT entry {number}", "EndingLBA", $"{entry.EndingLba}",
                    $"{header.LastUsableLba} (LastUsableLBA) or less"), Advice);
    }

    // The last sector first, as every system does; then where the primary says it is, even if its CRC is wrong; then
    // where the protective partition ends, which is the end of the disk that the table was made for.
    private static GptCopy? TryReadBackup(SectoredDisk disk, out Finding? wrong)
    {
        GptCopy? atEnd = GptCopy.TryRead(disk, disk.Last, BackupName, out wrong);
        if (atEnd is not null)
            return atEnd;
        foreach (long place in new[] { AlternateOfPrimary(disk), EndOfProtective(disk) })
        {
            if (place > 1 && place < disk.Last.Number
                && GptCopy.TryRead(disk, new Lba(place), BackupName, out wrong) is { } stranded)
                return stranded;
        }

        return null;
    }

    private static long AlternateOfPrimary(SectoredDisk disk) =>
        PrimaryPlace.HeaderIfMarked(disk) is { } bytes && new GptHeader(bytes).AlternateLba is var alternate
            && alternate <= disk.Sector.Highest ? (long)alternate : 0;

    private static long EndOfProtective(SectoredDisk disk)
    {
        var sector = new MbrSector(disk.Bytes.ReadBytes(0, MbrSector.Size));
        return sector.HasSignature && MbrTable.ProtectiveSlot(sector) is int slot ? sector[slot].EndLba - 1 : 0;
    }

    private static IEnumerable<string> Warn(
        SectoredDisk disk, GptCopy? primary, Finding? primaryWrong, GptCopy? backup, Finding? backupWrong)
    {
        if (primary is null)
            yield return $"The backup GPT is used, because the primary one is damaged. {primaryWrong}.";
        else if (backup is null)
            yield return $"The backup GPT is missing or damaged. {backupWrong}.";
        else if (!primary.EntriesBytes.AsSpan().SequenceEqual(backup.EntriesBytes))
            yield return "The backup GPT describes other partitions than the primary one; the primary one is used.";
        if (backup is not null && backup.Header.MyLba != (ulong)disk.Last.Number)
            yield return $"The backup GPT is at sector {backup.Header.MyLba}, not at the end of the disk, "
                + $"sector {disk.Last.Number}.";
    }
}
