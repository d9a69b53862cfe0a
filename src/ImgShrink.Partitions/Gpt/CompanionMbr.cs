using ImgShrink.Blocks;
using ImgShrink.Partitions.Mbr;

namespace ImgShrink.Partitions.Gpt;

/// <summary>The MBR beside a GPT: a protective entry over the whole disk, or a hybrid that lists partitions of the GPT too.</summary>
/// <remarks>
/// Each entry covers what it covered before: an edge that was that of a partition, of the disk or of what is carried along
/// becomes the same edge of the target. Hybrid MBRs are in no specification; this is what makes them true again.
/// </remarks>
internal static class CompanionMbr
{
    private const uint AnySize = uint.MaxValue;

    /// <summary>What is odd about it, in sentences.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="partitions">The partitions of its GPT.</param>
    public static IEnumerable<string> Oddities(SectoredDisk disk, IReadOnlyCollection<Partition> partitions)
    {
        byte[] bytes = disk.Bytes.ReadBytes(0, MbrSector.Size);
        if (!new MbrSector(bytes).HasSignature)
            yield break;
        var followed = new List<string>();
        var strangers = new List<string>();
        for (int slot = 0; slot < MbrSector.Slots; slot++)
        {
            MbrEntry entry = new MbrSector(bytes)[slot];
            if (entry.IsEmpty || entry.Type == MbrTable.ProtectiveType)
                continue;
            var range = new ByteRange(disk.Sector.Of(entry.StartingLba), disk.Sector.Of(entry.SizeInLba));
            if (partitions.FirstOrDefault(each => each.Range == range) is { } same)
                followed.Add($"entry {slot + 1} is partition {same.Number}");
            else
                strangers.Add($"Entry {slot + 1} of the hybrid MBR is none of the GPT's partitions.");
        }

        if (followed.Count + strangers.Count > 0)
            yield return "The disk has a hybrid MBR, which lists partitions beside the GPT"
                + $"{(followed.Count > 0 ? $": {string.Join(", ", followed)}" : "")}. It is kept in step.";
        foreach (string stranger in strangers)
            yield return stranger;
    }

    /// <summary>The edit of sector 0; none where it stays as it is.</summary>
    /// <exception cref="UnsupportedImageException">An entry covers a part of what changes.</exception>
    public static TableEdit[] Edits(SectoredDisk disk, Arrangement target, Lba last)
    {
        byte[] bytes = disk.Bytes.ReadBytes(0, MbrSector.Size);
        byte[] before = [.. bytes];
        var sector = new MbrSector(bytes);
        if (!sector.HasSignature || MbrTable.ProtectiveSlot(sector) is null)
            return [];
        for (int slot = 0; slot < MbrSector.Slots; slot++)
        {
            if (!sector[slot].IsEmpty)
                Follow(sector[slot], slot + 1, disk.Sector, target, last);
        }

        return bytes.AsSpan().SequenceEqual(before) ? [] : [new TableEdit(0, bytes)];
    }

    private static void Follow(MbrEntry entry, int number, SectorSize size, Arrangement target, Lba last)
    {
        // 0xFFFFFFFF means "the whole disk, whatever its size" (Windows writes it so) and stays true.
        if (entry.SizeInLba == AnySize)
            return;
        bool isGuard = entry.Type == MbrTable.ProtectiveType;
        long? start = isGuard && size.Of(entry.StartingLba) >= target.SourceEnd
            ? target.End : target.NewEdge(size.Of(entry.StartingLba), isEnd: false);
        long? end = isGuard && size.Of(entry.EndLba) > target.SourceEnd
            ? size.Of(last.Number + 1) : target.NewEdge(size.Of(entry.EndLba), isEnd: true);
        if (start is null || end is null)
            throw new UnsupportedImageException(
                $"Entry {number} of the hybrid MBR has sectors {entry.StartingLba} to {entry.EndLba - 1}, which are neither "
                + "a partition of the GPT nor free, and what lies there changes. Turn the MBR into a plain protective "
                + "one first, or copy the card with --all-sectors.");
        long sectors = Math.Min(size.Count(end.Value - start.Value), AnySize);
        MbrPatch.SetPlace(entry, default, size.Count(start.Value), sectors, $"Entry {number} of the hybrid MBR");
    }
}
