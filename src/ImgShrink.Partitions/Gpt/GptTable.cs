using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Gpt;

/// <summary>Finds the good copy of a GPT and makes partitions of its entries.</summary>
/// <param name="Good">The copy to go by.</param>
/// <param name="Warnings">What is wrong with the other copy, in sentences; empty when nothing is.</param>
internal sealed record GptTable(GptCopy Good, IReadOnlyList<string> Warnings)
{
    private const string PrimaryName = "primary GPT header";
    private const string BackupName = "backup GPT header";
    private static readonly Lba s_primary = new(1);

    /// <summary>Whether the primary copy is there and good.</summary>
    /// <remarks>
    /// Without a protective MBR nothing less counts: a volume on the whole disk may leave an old backup standing.
    /// </remarks>
    public static bool HasGoodPrimary(IBlockSource disk) =>
        GptCopy.TryRead(disk, s_primary, PrimaryName, out _) is not null;

    /// <summary>Reads the primary copy, or the backup where the primary is damaged.</summary>
    /// <remarks>
    /// A backup that is not in the last sector is good enough: the image was copied to a larger disk.
    /// </remarks>
    /// <exception cref="CorruptImageException">Neither copy is good.</exception>
    /// <exception cref="UnsupportedImageException">The table is made for sectors of 4096 bytes.</exception>
    public static GptTable Read(IBlockSource disk)
    {
        GptCopy? primary = GptCopy.TryRead(disk, s_primary, PrimaryName, out Finding? primaryWrong);
        if (primary is null && HasSignatureAt(disk, 4096))
            throw new UnsupportedImageException(
                "The GPT is made for sectors of 4096 bytes; ImgShrink handles sectors of 512 bytes. "
                + "Compress the image as it is.");
        GptCopy? backup = TryReadBackup(disk, out Finding? backupWrong);
        if (primary is null && backup is null)
            throw new CorruptImageException(
                "Both copies of the GPT are damaged.", [primaryWrong!, backupWrong!],
                "Repair the table with a partitioning tool, or copy the card again.");
        return new GptTable(primary ?? backup!, [.. Warn(disk, primary, primaryWrong, backup, backupWrong)]);
    }

    /// <summary>The partitions, by number.</summary>
    /// <exception cref="CorruptImageException">An entry cannot be true.</exception>
    public List<Partition> Partitions()
    {
        var partitions = new List<Partition>();
        for (int slot = 0; slot < Good.Slots; slot++)
        {
            GptEntry entry = Good[slot];
            if (entry.IsEmpty)
                continue;
            ThrowIfImpossible(entry, slot + 1);
            long start = new Lba((long)entry.StartingLba).Bytes;
            long length = new Lba((long)(entry.EndingLba - entry.StartingLba + 1)).Bytes;
            partitions.Add(new Partition(
                slot + 1, start, length, entry.Type.ToString("D"), entry.Name is { Length: > 0 } name ? name : null,
                entry.Unique.ToString("D"), entry.IsLegacyBootable));
        }

        return partitions;
    }

    private void ThrowIfImpossible(GptEntry entry, int number)
    {
        const string Advice = "Repair the partition table, or copy the card again.";
        GptHeader header = Good.Header;
        ulong firstFree = Math.Max(header.FirstUsableLba, (ulong)(Good.PrimaryEntries.Number + Good.ArraySectors));
        if (entry.StartingLba < firstFree)
            throw new CorruptImageException(
                new Finding($"GPT entry {number}", "StartingLBA", $"{entry.StartingLba}",
                    $"{firstFree} or more, behind the table"), Advice);
        if (entry.EndingLba < entry.StartingLba)
            throw new CorruptImageException(
                new Finding($"GPT entry {number}", "EndingLBA", $"{entry.EndingLba}",
                    $"{entry.StartingLba} (StartingLBA) or more"), Advice);
        if (entry.EndingLba > Math.Min(Lba.Highest, header.LastUsableLba))
            throw new CorruptImageException(
                new Finding($"GPT entry {number}", "EndingLBA", $"{entry.EndingLba}",
                    $"{header.LastUsableLba} (LastUsableLBA) or less"), Advice);
    }

    // The last sector first, as every system does; then where the primary says it is, even if its CRC is wrong.
    private static GptCopy? TryReadBackup(IBlockSource disk, out Finding? wrong)
    {
        GptCopy? atEnd = GptCopy.TryRead(disk, LastSector(disk), BackupName, out wrong);
        if (atEnd is not null || !HasSignatureAt(disk, s_primary.Bytes))
            return atEnd;
        ulong alternate = new GptHeader(disk.ReadBytes(s_primary.Bytes, Lba.SectorSize)).AlternateLba;
        return alternate is > 1 and <= Lba.Highest && (long)alternate < LastSector(disk).Number
            ? GptCopy.TryRead(disk, new Lba((long)alternate), BackupName, out wrong)
            : null;
    }

    private static IEnumerable<string> Warn(
        IBlockSource disk, GptCopy? primary, Finding? primaryWrong, GptCopy? backup, Finding? backupWrong)
    {
        if (primary is null)
            yield return $"The backup GPT is used, because the primary one is damaged. {primaryWrong}.";
        else if (backup is null)
            yield return $"The backup GPT is missing or damaged. {backupWrong}.";
        else if (!primary.EntriesBytes.AsSpan().SequenceEqual(backup.EntriesBytes))
            yield return "The backup GPT describes other partitions than the primary one; the primary one is used.";
        if (backup is not null && backup.Header.MyLba != (ulong)LastSector(disk).Number)
            yield return $"The backup GPT is at sector {backup.Header.MyLba}, not at the end of the disk, "
                + $"sector {LastSector(disk).Number}.";
    }

    private static Lba LastSector(IBlockSource disk) => new(disk.Length / Lba.SectorSize - 1);

    private static bool HasSignatureAt(IBlockSource disk, long at) =>
        at <= disk.Length - Lba.SectorSize && GptHeader.IsSignature(disk.ReadBytes(at, Lba.SectorSize));
}
