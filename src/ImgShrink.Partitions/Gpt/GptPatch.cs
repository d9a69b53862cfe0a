using ImgShrink.Blocks;
using ImgShrink.Partitions.Mbr;

namespace ImgShrink.Partitions.Gpt;

/// <summary>Puts new places into a GPT and writes both of its copies for a disk of a new length.</summary>
/// <remarks>
/// What changes: StartingLBA and EndingLBA of the entries; AlternateLBA, LastUsableLBA and both CRCs of the headers; the size in
/// the protective MBR. GUIDs, types, names, attributes, the order of entries, FirstUsableLBA and the place of the primary
/// entries stay. A damaged copy is made good from the other one.
/// </remarks>
internal static class GptPatch
{
    /// <summary>Sectors that UEFI reserves for the array of entries, even where fewer entries are in it.</summary>
    private const long LeastArraySectors = 16384 / Lba.SectorSize;

    private const uint AnySize = uint.MaxValue;

    /// <summary>Sectors that the backup needs behind the last partition: the entries and one header.</summary>
    public static long TailSectors(GptCopy copy) => Math.Max(copy.ArraySectors, LeastArraySectors) + 1;

    /// <summary>
    /// Protective MBR, primary copy and backup copy for a disk of <paramref name="imageLength"/> bytes.
    /// </summary>
    public static IReadOnlyList<TableEdit> Edits(IBlockSource disk, Arrangement target, long imageLength)
    {
        GptCopy copy = GptTable.Read(disk).Good;
        foreach (Partition partition in target.Partitions)
        {
            GptEntry entry = copy[partition.Number - 1];
            entry.StartingLba = (ulong)Lba.Of(partition.Start).Number;
            entry.EndingLba = (ulong)(Lba.Of(partition.End).Number - 1);
        }

        var first = new Lba(1);
        var last = new Lba(imageLength / Lba.SectorSize - 1);
        var backupEntries = new Lba(last.Number + 1 - TailSectors(copy));
        byte[] array = WholeSectors(copy);
        return
        [
            .. ProtectiveEdits(disk, last),
            new TableEdit(first.Bytes, Header(copy, my: first, alternate: last, copy.PrimaryEntries, backupEntries)),
            new TableEdit(copy.PrimaryEntries.Bytes, array),
            new TableEdit(backupEntries.Bytes, array),
            new TableEdit(last.Bytes, Header(copy, my: last, alternate: first, backupEntries, backupEntries)),
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

    private static byte[] WholeSectors(GptCopy copy)
    {
        var array = new byte[new Lba(copy.ArraySectors).Bytes];
        copy.EntriesBytes.CopyTo(array, 0);
        return array;
    }

    private static TableEdit[] ProtectiveEdits(IBlockSource disk, Lba last)
    {
        byte[] bytes = disk.ReadBytes(0, MbrSector.Size);
        var sector = new MbrSector(bytes);
        if (!sector.HasSignature || MbrTable.ProtectiveSlot(sector) is not int slot)
            return [];
        MbrEntry entry = sector[slot];
        if (entry.StartingLba > last.Number)
            return [];

        // 0xFFFFFFFF means "the whole disk, whatever its size" (Windows writes it so) and stays true.
        long size = Math.Min(last.Number + 1 - entry.StartingLba, AnySize);
        if (entry.SizeInLba == AnySize || entry.SizeInLba == size)
            return [];
        MbrPatch.SetPlace(entry, default, entry.StartingLba, size, "The protective partition");
        return [new TableEdit(0, bytes)];
    }
}
