using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Gpt;

/// <summary>Puts new places into a GPT and writes both of its copies for a disk of a new length.</summary>
/// <remarks>
/// What changes: StartingLBA and EndingLBA of the entries; AlternateLBA, LastUsableLBA and both CRCs of the headers; what the
/// MBR says of the same places. GUIDs, types, names, attributes, the order of entries, FirstUsableLBA and the place of the
/// primary entries stay. A damaged copy is made good from the other one.
/// </remarks>
internal static class GptPatch
{
    /// <summary>Bytes that UEFI reserves for the array of entries, even where fewer entries are in it.</summary>
    private const int LeastArray = 16384;

    /// <summary>Sectors that the backup needs behind the last partition: the entries and one header.</summary>
    public static long TailSectors(GptCopy copy, SectorSize sector) =>
        Math.Max(copy.ArraySectors, LeastArray / sector.Bytes) + 1;

    /// <summary>
    /// Protective MBR, primary copy and backup copy for a disk of <paramref name="imageLength"/> bytes.
    /// </summary>
    public static IReadOnlyList<TableEdit> Edits(SectoredDisk disk, Arrangement target, long imageLength)
    {
        GptTable table = GptTable.Read(disk);
        GptCopy copy = table.Good;
        foreach (Partition partition in target.Partitions)
        {
            GptEntry entry = copy[partition.Number - 1];
            entry.StartingLba = (ulong)disk.Sector.Holding(partition.Start).Number;
            entry.EndingLba = (ulong)(disk.Sector.Holding(partition.End).Number - 1);
        }

        var first = new Lba(1);
        var last = new Lba(disk.Sector.Count(imageLength) - 1);
        var backupEntries = new Lba(last.Number + 1 - TailSectors(copy, disk.Sector));
        byte[] array = new byte[disk.Sector.Of(copy.ArraySectors)];
        copy.EntriesBytes.CopyTo(array, 0);
        return
        [
            .. CompanionMbr.Edits(disk, target, last),
            new TableEdit(disk.Sector.At(first), Header(copy, first, last, table.PrimaryEntries, backupEntries)),
            new TableEdit(disk.Sector.At(table.PrimaryEntries), array),
            new TableEdit(disk.Sector.At(backupEntries), array),
            new TableEdit(disk.Sector.At(last), Header(copy, last, first, backupEntries, backupEntries)),
        ];
    }

    private static byte[] Header(GptCopy copy, Lba my, Lba alternate, Lba entries, Lba backupEntries)
    {
        byte[] bytes = [.. copy.HeaderBytes];
        var header = new GptHeader(bytes)
        {
            MyLba = (ulong)my.Number,
            AlternateLba = (ulong)alternate.Number,
            LastUsableLba = (ulong)(backupEntries.Number - 1),
            EntriesLba = (ulong)entries.Number,
            EntriesCrc = Crc32.Of(copy.EntriesBytes),
        };
        header.Seal();
        return bytes;
    }
}
