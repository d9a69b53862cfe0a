using ImgShrink.Blocks;

namespace ImgShrink.Partitions;

/// <summary>Where the partitions of a table go on a target disk.</summary>
/// <remarks>
/// A partition keeps its start until one before it becomes shorter. From there on each moves down to the next start that
/// is aligned as its old one was, and takes along what lies between it and the partition before: boot records of logical
/// partitions, and boot loaders that live between partitions.
/// </remarks>
public sealed class Arrangement
{
    // What partitioning tools align to; cards erase 4 MiB at a time, and more gains nothing.
    private const long LargestAlignment = 4 << 20;

    private readonly IReadOnlyList<(Partition Old, Partition New)> _placed;

    private Arrangement(IReadOnlyList<(Partition Old, Partition New)> placed, IReadOnlyList<CarriedGap> gaps)
    {
        (_placed, Gaps) = (placed, gaps);
        Partitions = [.. placed.Select(each => each.New).OrderBy(partition => partition.Number)];
    }

    /// <summary>The partitions at their new places, by number.</summary>
    public IReadOnlyList<Partition> Partitions { get; }

    /// <summary>
    /// What lies before and between partitions and where it goes, ascending in both; the rest of the gaps is dropped.
    /// </summary>
    public IReadOnlyList<CarriedGap> Gaps { get; }

    /// <summary>The first byte behind the last partition.</summary>
    public long End => Partitions.Max(partition => partition.End);

    /// <summary>The first byte behind the last partition on the source disk.</summary>
    internal long SourceEnd => _placed.Max(each => each.Old.End);

    /// <summary>Arranges the partitions of a table with new lengths.</summary>
    /// <param name="partitions">The partitions as they are; they do not overlap.</param>
    /// <param name="sector">The length of the disk's sectors.</param>
    /// <param name="lengths">New lengths in bytes by number; only the last partition may grow. Others keep theirs.</param>
    /// <param name="firstData">
    /// Where in a gap between partitions the first byte is that has to be carried along; the gap's end where none has.
    /// </param>
    public static Arrangement Of(
        IReadOnlyList<Partition> partitions, SectorSize sector, IReadOnlyDictionary<int, long> lengths,
        Func<ByteRange, long> firstData)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        ArgumentNullException.ThrowIfNull(lengths);
        ArgumentNullException.ThrowIfNull(firstData);
        var placed = new List<(Partition, Partition)>();
        var gaps = new List<CarriedGap>();
        long sourceEnd = 0, targetEnd = 0;
        foreach (Partition partition in partitions.OrderBy(partition => partition.Start))
        {
            ByteRange gap = ByteRange.Between(sourceEnd, partition.Start);
            bool moves = targetEnd < sourceEnd;
            long from = moves ? sector.RoundDown(firstData(gap)) : gap.Start;
            long carried = partition.Start - Math.Max(from, gap.Start);
            long start = moves
                ? Math.Min(partition.Start, RoundUp(targetEnd + carried, AlignmentOf(partition.Start)))
                : partition.Start;
            if (carried > 0)
                gaps.Add(new CarriedGap(ByteRange.Between(partition.Start - carried, partition.Start), start - carried));
            Partition moved = partition with
            {
                Start = start,
                Length = lengths.GetValueOrDefault(partition.Number, partition.Length),
            };
            placed.Add((partition, moved));
            (sourceEnd, targetEnd) = (partition.End, moved.End);
        }

        return new Arrangement(placed, gaps);
    }

    /// <summary>The new address of a byte that lies between partitions; null where it is dropped.</summary>
    public long? Moved(long at)
    {
        foreach (CarriedGap gap in Gaps)
        {
            if (gap.Source.Start <= at && at < gap.Source.End)
                return gap.Target + (at - gap.Source.Start);
        }

        return null;
    }

    /// <summary>
    /// Where an edge goes at which something begins or ends that covers partitions; null where what lay there is dropped, or
    /// is inside of a partition with a new length.
    /// </summary>
    internal long? NewEdge(long at, bool isEnd)
    {
        foreach ((Partition old, Partition moved) in _placed)
        {
            if (at == (isEnd ? old.End : old.Start))
                return isEnd ? moved.End : moved.Start;
        }

        foreach ((Partition old, Partition moved) in _placed)
        {
            // Ends where a partition begins, or begins where one ends.
            if (at == (isEnd ? old.Start : old.End))
                return isEnd ? moved.Start : moved.End;
            if (old.Start < at && at < old.End)
                return old.Length == moved.Length ? moved.Start + (at - old.Start) : null;
        }

        return isEnd ? Moved(at - 1) + 1 : Moved(at);
    }

    private static long AlignmentOf(long start) => Math.Min(start & -start, LargestAlignment);

    private static long RoundUp(long bytes, long unit) => (bytes + unit - 1) / unit * unit;
}

/// <summary>Bytes between partitions that go along.</summary>
/// <param name="Source">Where they are.</param>
/// <param name="Target">Where the first of them goes.</param>
public sealed record CarriedGap(ByteRange Source, long Target);
