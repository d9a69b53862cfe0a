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
    /// <param name="changed">New views by partition number, of volumes that become shorter or are edited; all others stay.</param>
    /// <param name="cancel">Ends the look for what others hold.</param>
    public static TargetView Compose(CardImage card, IReadOnlyDictionary<int, TargetView> changed, CancellationToken cancel) =>
        Compose(card, changed, changed.ToDictionary(each => each.Key, each => each.Value.Length), diskLength: null, cancel);

    /// <summary>Composes the image for a disk of a given length.</summary>
    /// <param name="card">The card as it is.</param>
    /// <param name="changed">New views by partition number, of volumes that become shorter or are edited; all others stay.</param>
    /// <param name="lengths">New lengths of partitions in bytes; the last one may be longer than its volume.</param>
    /// <param name="diskLength">Bytes of the disk; null for as few as possible.</param>
    /// <param name="cancel">Ends the look for what others hold.</param>
    public static TargetView Compose(
        CardImage card, IReadOnlyDictionary<int, TargetView> changed, IReadOnlyDictionary<int, long> lengths, long? diskLength,
        CancellationToken cancel)
    {
        Arrangement target = card.Arrange(lengths);
        long length = diskLength ?? LengthOf(card, target);
        var disk = new ComposedSource(length);
        var (data, claimed, inOrder) = (new RangeSet(), new RangeSet(), new RangeSet());
        var edits = new List<TableEdit>(card.Table.Edits(card.Disk, target, length));
        Queue<CarriedGap> gaps = new(target.Gaps);
        foreach (Partition partition in target.Partitions.OrderBy(partition => partition.Start))
        {
            while (gaps.TryPeek(out CarriedGap? gap) && gap.Target < partition.Start)
                Append(gaps.Dequeue().Target, Carried(card, gap.Source), gap.Source.Start);
            CardVolume volume = card[partition.Number];
            Append(
                partition.Start,
                changed.GetValueOrDefault(partition.Number) ?? Original(card, volume, length - partition.Start, cancel),
                volume.Partition.Start);
            edits.AddRange(volume.MovedTo(partition.Start, card.Table.Sector));
        }

        WriteOverlay edited = Edited(disk, data, edits);
        claimed.Add(data);
        return new TargetView(edited, data) { Claimed = claimed, ReadInOrder = inOrder };

        void Append(long at, TargetView piece, long sourceAt)
        {
            disk.Append(at, piece.Bytes);
            data.Add(piece.Data, at);
            claimed.Add(piece.Claimed, at);
            inOrder.Add(piece.ReadInOrder, sourceAt);
        }
    }

    /// <summary>The whole card as it is, every sector counted as data.</summary>
    public static TargetView AllSectors(CardImage card)
    {
        RangeSet all = RangeSet.Of(new ByteRange(0, card.Disk.Length));
        return new TargetView(card.Disk, all) { ReadInOrder = all };
    }

    /// <summary>A volume of the card that keeps its length and has edits over its partition.</summary>
    public static TargetView Edited(CardImage card, CardVolume volume, WriteOverlay edits, CancellationToken cancel)
    {
        RangeSet held = volume.DataOnDisk(cancel);
        RangeSet data = Shifted(held.Intersect(card.Present), -volume.Partition.Start);
        data.Add(edits.EditedRanges());
        RangeSet claimed = Shifted(held, -volume.Partition.Start);
        claimed.Add(data);
        return new TargetView(edits, data) { Claimed = claimed, ReadInOrder = data };
    }

    /// <summary>A range of the source with all that is in it, but for the holes of the file.</summary>
    public static TargetView Carried(CardImage card, ByteRange range) => Unmoved(card, range, RangeSet.Of(range));

    private static long LengthOf(CardImage card, Arrangement target) => card.Table.Kind != TableKind.None
        ? card.Table.MinimumImageLength(target)
        : target.Partitions[0].Length < card.Table.Partitions[0].Length ? target.End : card.Disk.Length;

    /// <summary>A volume as it is, but for what lies behind the end of the image: fractions of a sector.</summary>
    private static TargetView Original(CardImage card, CardVolume volume, long room, CancellationToken cancel)
    {
        Partition partition = volume.Partition;
        var range = new ByteRange(partition.Start, Math.Min(partition.Length, room));
        return Unmoved(card, range, volume.DataOnDisk(cancel));
    }

    /// <summary>A range of the source as it is; what is claimed in it, and is no hole of the file, is data.</summary>
    private static TargetView Unmoved(CardImage card, ByteRange range, RangeSet claimed)
    {
        RangeSet data = Shifted(claimed.Intersect(card.Present), -range.Start);
        return new TargetView(new BlockWindow(card.Disk, range), data)
        {
            Claimed = Shifted(claimed, -range.Start),
            ReadInOrder = data,
        };
    }

    private static WriteOverlay Edited(IBlockSource disk, RangeSet data, IEnumerable<TableEdit> edits)
    {
        var edited = new WriteOverlay(disk);
        foreach (TableEdit edit in edits)
        {
            edit.ApplyTo(edited);
            data.Add(edit.Range);
        }

        return edited;
    }

    private static RangeSet Shifted(RangeSet ranges, long shift)
    {
        var shifted = new RangeSet();
        shifted.Add(ranges, shift);
        return shifted;
    }
}
