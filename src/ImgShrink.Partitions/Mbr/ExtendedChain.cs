using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Mbr;

/// <summary>The logical partitions inside an extended one: a chain of boot records, each with a partition and a link.</summary>
/// <remarks>
/// An extended boot record is laid out like an MBR. Entry 1 is a partition, its start counted from this record; entry 2
/// leads to the next record, counted from the start of the extended partition. No specification says so; all systems do.
/// </remarks>
internal sealed class ExtendedChain
{
    /// <summary>The number that systems give to the first logical partition.</summary>
    public const int FirstNumber = 5;

    // Linux gives up behind 256 partitions, and a chain of records without any would go on for ever.
    private const int MostRecords = 256;

    private const string Advice = "Repair the partition table, or copy the card again.";

    private ExtendedChain(int slot, IReadOnlyList<ExtendedRecord> records) => (Slot, Records) = (slot, records);

    /// <summary>The slot of the extended partition's entry in the MBR, 0 to 3.</summary>
    public int Slot { get; }

    /// <summary>The records, in the order of the chain; at least one.</summary>
    public IReadOnlyList<ExtendedRecord> Records { get; }

    /// <summary>Reads the chain of the disk's extended partition.</summary>
    /// <returns>Null where there is no extended partition.</returns>
    /// <exception cref="CorruptImageException">A record is missing, leads outside, or leads back.</exception>
    /// <exception cref="UnsupportedImageException">There are two extended partitions.</exception>
    public static ExtendedChain? TryRead(SectoredDisk disk, MbrSector sector)
    {
        int slot = -1;
        for (int i = 0; i < MbrSector.Slots; i++)
        {
            if (!sector[i].IsExtended)
                continue;
            if (slot >= 0)
                throw new UnsupportedImageException(
                    $"The disk has two extended partitions ({slot + 1} and {i + 1}), and systems disagree about what that means.");
            slot = i;
        }

        return slot < 0 ? null : new ExtendedChain(slot, ReadRecords(disk, sector[slot], slot + 1));
    }

    /// <summary>The logical partitions, numbered as Linux does: empty records do not count.</summary>
    public IEnumerable<Partition> Partitions(uint diskSignature, SectorSize sector)
    {
        int number = FirstNumber;
        foreach (ExtendedRecord record in Records.Where(record => !record.IsEmpty))
        {
            yield return record.Partition(number, diskSignature, sector);
            number++;
        }
    }

    private static List<ExtendedRecord> ReadRecords(SectoredDisk disk, MbrEntry container, int number)
    {
        var records = new List<ExtendedRecord>();
        var seen = new HashSet<long>();
        for (long at = container.StartingLba; ;)
        {
            string name = $"extended boot record at sector {at}";
            if (!seen.Add(at))
                throw Damaged(name, "the link that leads to it", "its second", "one: the chain never ends");
            if (records.Count == MostRecords)
                throw Damaged($"extended partition {number}", "its chain", $"more than {MostRecords} records",
                    $"at most {MostRecords}");
            if (at >= disk.Count)
                throw Damaged(name, "its place", $"byte {disk.Sector.Of(at)}", $"inside the image of {disk.Bytes.Length} bytes");
            var record = new ExtendedRecord(new Lba(at), disk.Read(new Lba(at), MbrSector.Size));
            if (!record.Sector.HasSignature)
                throw Damaged(name, "Signature at byte 510", "something else", "55 AA");
            if (!record.IsEmpty && record.Sector[0].IsExtended)
                throw Damaged(name, "OSType of its partition", MbrTable.TypeText(record.Sector[0].Type),
                    "one that is not extended itself");
            records.Add(record);
            MbrEntry next = record.Sector[1];
            if (!next.IsExtended || next.SizeInLba == 0)
                return records;
            if (container.StartingLba + (long)next.StartingLba >= container.EndLba)
                throw Damaged(name, "StartingLBA of its link", $"{next.StartingLba}",
                    $"less than {container.SizeInLba}, the sectors of extended partition {number}");
            at = container.StartingLba + (long)next.StartingLba;
        }
    }

    private static CorruptImageException Damaged(string structure, string place, string found, string expected) =>
        new(new Finding(structure, place, found, expected), Advice);
}
