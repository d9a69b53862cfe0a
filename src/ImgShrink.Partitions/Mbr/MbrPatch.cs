using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Mbr;

/// <summary>Puts new places into an MBR and its extended boot records; no other byte changes.</summary>
internal static class MbrPatch
{
    /// <summary>The edits of sector 0 and of the boot records; none for a sector that stays as it is.</summary>
    /// <exception cref="NotEnoughSpaceException">A place does not fit the 32 bits of an MBR entry.</exception>
    public static IReadOnlyList<TableEdit> Edits(SectoredDisk disk, Arrangement target)
    {
        byte[] bytes = disk.Bytes.ReadBytes(0, MbrSector.Size);
        byte[] before = [.. bytes];
        var sector = new MbrSector(bytes);
        foreach (Partition partition in target.Partitions)
        {
            if (partition.Number < ExtendedChain.FirstNumber)
                SetPlace(sector[partition.Number - 1], default, partition, disk.Sector);
        }

        TableEdit[] records = ExtendedChain.TryRead(disk, sector) is { } chain && chain.Records.Any(each => !each.IsEmpty)
            ? ExtendedPatch.Edits(chain, target, sector, disk.Sector)
            : [];
        return bytes.AsSpan().SequenceEqual(before) ? records : [new TableEdit(0, bytes), .. records];
    }

    /// <summary>Sets the place of an entry, and its CHS addresses with it.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="origin">The sector that its start was counted from, and the one that it will be counted from.</param>
    /// <param name="place">Where the partition goes.</param>
    /// <param name="size">The length of the disk's sectors.</param>
    public static void SetPlace(MbrEntry entry, (long Old, long New) origin, Partition place, SectorSize size) =>
        SetPlace(entry, origin, size.Count(place.Start), size.Count(place.Length), $"Partition {place.Number}");

    /// <summary>Sets the place of an entry, and its CHS addresses with it; sectors are those of the whole disk.</summary>
    public static void SetPlace(MbrEntry entry, (long Old, long New) origin, long start, long sectors, string name)
    {
        if (sectors > uint.MaxValue || start - origin.New > uint.MaxValue)
            throw new NotEnoughSpaceException(
                $"{name} would have sectors {start} to {start + sectors - 1}, but an MBR cannot hold more than {uint.MaxValue}.");
        long oldStart = origin.Old + entry.StartingLba, oldLast = origin.Old + entry.EndLba - 1;
        if (start != oldStart)
            Chs.Move(entry.StartingChs, oldStart, start);
        if (start + sectors - 1 != oldLast)
            Chs.Move(entry.EndingChs, oldLast, start + sectors - 1);
        (entry.StartingLba, entry.SizeInLba) = ((uint)(start - origin.New), (uint)sectors);
    }
}
