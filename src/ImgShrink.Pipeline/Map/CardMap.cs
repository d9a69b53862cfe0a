using ImgShrink.Blocks;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline.Map;

/// <summary>Where the bytes of a card lie, now and in the small image.</summary>
/// <param name="Before">The card as it is.</param>
/// <param name="After">What a shrink without options would make of it; null where it would make nothing smaller.</param>
/// <param name="WhyNot">Why not, in a sentence; null where it would.</param>
public sealed record CardMap(CardAllocation Before, CardAllocation? After, string? WhyNot)
{
    /// <summary>Looks at what is in use, and plans a shrink; the volumes of the card are edited for that, in memory.</summary>
    internal static CardMap Of(CardImage card, string source, CancellationToken cancel)
    {
        // Before the plan, which edits the volumes.
        var used = new RangeSet();
        foreach (CardVolume each in card.Volumes)
            used.Add(each.DataOnDisk(cancel));
        foreach (CarriedGap gap in card.Arrange(new Dictionary<int, long>()).Gaps)
            used.Add(gap.Source);
        CardAllocation before = CardAllocation.Of(card.Disk.Length, used, card.Table.Partitions);
        try
        {
            var options = new ShrinkOptions { Source = source };
            VolumeChoice choice = VolumeChoice.Of(card, options);
            if (choice.WhyNot is not null)
                return new CardMap(before, null, choice.WhyNot);
            CardPlan plan = CardPlan.Make(card, choice, options, cancel);
            IReadOnlyDictionary<int, TargetView> views = plan.Views;
            TargetView target = TargetDisk.Compose(card, views, cancel);
            return new CardMap(before, CardAllocation.Of(target.Length, target.Claimed, card.Arrange(views).Partitions), null);
        }
        catch (Exception obstacle) when (obstacle is UnsupportedImageException or CorruptImageException)
        {
            return new CardMap(before, null, obstacle.Message);
        }
    }
}

/// <summary>What is in use on a disk.</summary>
/// <param name="Bytes">The length of the disk.</param>
/// <param name="Used">The ranges of the disk in use, in whole sectors.</param>
/// <param name="Partitions">Its partitions by their place on the disk.</param>
public sealed record CardAllocation(long Bytes, RangeSet Used, IReadOnlyList<Partition> Partitions)
{
    internal static CardAllocation Of(long bytes, RangeSet used, IEnumerable<Partition> partitions) =>
        new(bytes, used, [.. partitions.OrderBy(each => each.Start)]);

    /// <summary>Cuts the disk into cells of equal size, the last one maybe shorter.</summary>
    /// <param name="cellBytes">Bytes of a cell, 1 or more.</param>
    public IReadOnlyList<MapCell> Cells(long cellBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cellBytes, 1);
        var cells = new MapCell[(Bytes + cellBytes - 1) / cellBytes];
        for (int partition = 0; partition < Partitions.Count; partition++)
        {
            foreach (var (cell, bytes) in Cut(Partitions[partition].Range, cellBytes))
            {
                if (bytes > cells[cell].PartitionBytes)
                    cells[cell] = cells[cell] with { Partition = partition, PartitionBytes = bytes };
            }
        }

        foreach (ByteRange range in Used.Ranges())
        {
            foreach (var (cell, bytes) in Cut(range, cellBytes))
                cells[cell] = cells[cell] with { UsedBytes = cells[cell].UsedBytes + bytes };
        }

        return cells;
    }

    private IEnumerable<(int Cell, long Bytes)> Cut(ByteRange range, long cellBytes)
    {
        long end = Math.Min(range.End, Bytes);
        for (long at = range.Start; at < end;)
        {
            long next = Math.Min((at / cellBytes + 1) * cellBytes, end);
            yield return ((int)(at / cellBytes), next - at);
            at = next;
        }
    }
}

/// <summary>A part of a disk.</summary>
/// <param name="UsedBytes">Bytes of it in use.</param>
/// <param name="Partition">The index of the partition that has most of it; of no meaning where none has any.</param>
/// <param name="PartitionBytes">How many bytes of it that partition has; 0 where none has any.</param>
public readonly record struct MapCell(long UsedBytes, int Partition, long PartitionBytes);
