using ImgShrink.Blocks;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>
/// Puts the target image together: head and gaps as they are, every volume, and the table with the new sizes.
/// </summary>
internal static class TargetDisk
{
    /// <summary>Composes the image.</summary>
    /// <param name="card">The card as it is.</param>
    /// <param name="shrunk">New views by partition number, of volumes that become shorter; all others stay.</param>
    /// <param name="allSectors">Whether every sector counts as data.</param>
    public static TargetView Compose(CardImage card, IReadOnlyDictionary<int, TargetView> shrunk, bool allSectors)
    {
        Dictionary<int, long> lengths = shrunk.ToDictionary(each => each.Key, each => WholeSectors(each.Value.Length));
        long length = allSectors ? card.Disk.Length : card.Table.MinimumImageLength(lengths);
        if (card.Table.Kind == TableKind.None)
            length = shrunk.Count == 1 ? shrunk.Values.Single().Length : card.Disk.Length;

        var disk = new ComposedSource(length);
        RangeSet data = allSectors ? new RangeSet() : card.Table.Gaps().Intersect(card.Present);
        long done = 0;
        foreach (CardVolume volume in card.Volumes.OrderBy(volume => volume.Partition.Start))
        {
            Partition partition = volume.Partition;
            AppendOriginal(disk, card.Disk, done, partition.Start);
            if (shrunk.TryGetValue(partition.Number, out TargetView? view))
            {
                disk.Append(partition.Start, view.Bytes);
                data.Add(view.Data, partition.Start);
            }
            else
            {
                AppendOriginal(disk, card.Disk, partition.Start, Math.Min(partition.End, length));
                data.Add(DataOf(volume).Intersect(card.Present));
            }

            done = partition.End;
        }

        if (allSectors)
        {
            AppendOriginal(disk, card.Disk, done, length);
            return new TargetView(disk, RangeSet.Of(new ByteRange(0, length)));
        }

        return WithTable(card, disk, data, lengths, length);
    }

    private static TargetView WithTable(
        CardImage card, IBlockSource disk, RangeSet data, IReadOnlyDictionary<int, long> lengths, long length)
    {
        var edited = new WriteOverlay(disk);
        foreach (TableEdit edit in card.Table.Resize(card.Disk, lengths, length))
        {
            edit.ApplyTo(edited);
            data.Add(edit.Range);
        }

        return new TargetView(edited, data);
    }

    /// <summary>
    /// What a volume that stays holds, on the disk; what lies between its end and its partition's is carried over too.
    /// </summary>
    private static RangeSet DataOf(CardVolume volume)
    {
        Partition partition = volume.Partition;
        var data = new RangeSet();
        data.Add(volume.Volume.DataRanges(), partition.Start);
        data.Add(ByteRange.Between(partition.Start + volume.Volume.Bytes, partition.End));
        return data;
    }

    private static void AppendOriginal(ComposedSource target, IBlockSource source, long start, long end)
    {
        if (start < end)
            target.Append(start, new BlockWindow(source, ByteRange.Between(start, end)));
    }

    private static long WholeSectors(long bytes) => (bytes + Lba.SectorSize - 1) / Lba.SectorSize * Lba.SectorSize;
}
