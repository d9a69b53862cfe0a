using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Mbr;

/// <summary>Puts new sizes into an MBR; nothing but SizeInLBA and EndingCHS of the resized entries changes.</summary>
internal static class MbrPatch
{
    /// <summary>The edits of sector 0; none when no size changes.</summary>
    /// <exception cref="NotEnoughSpaceException">A size does not fit the 32 bits of an MBR entry.</exception>
    public static IReadOnlyList<TableEdit> Edits(IBlockSource disk, IReadOnlyList<Partition> resized)
    {
        byte[] bytes = disk.ReadBytes(0, MbrSector.Size);
        byte[] before = [.. bytes];
        var sector = new MbrSector(bytes);
        foreach (Partition partition in resized)
            SetSize(sector[partition.Number - 1], partition.Length / Lba.SectorSize, partition.Number);
        return bytes.AsSpan().SequenceEqual(before) ? [] : [new TableEdit(0, bytes)];
    }

    /// <summary>Sets the number of sectors of one entry, and its ending CHS address with it.</summary>
    public static void SetSize(MbrEntry entry, long sectors, int number)
    {
        if (sectors > uint.MaxValue)
            throw new NotEnoughSpaceException(
                $"Partition {number} would have {sectors} sectors, but an MBR cannot hold more than {uint.MaxValue} (2 TiB).");
        if (sectors == entry.SizeInLba)
            return;
        Chs.MoveEnd(entry.EndingChs, entry.EndLba - 1, entry.StartingLba + sectors - 1);
        entry.SizeInLba = (uint)sectors;
    }
}
