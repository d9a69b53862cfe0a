namespace ImgShrink.Blocks;

/// <summary>A set of bytes of a source, kept in whole sectors: which of them hold data.</summary>
/// <remarks>
/// <para>Ranges are rounded outward to sectors of 512 bytes when they are added, so the set never says less than it was
/// told.</para>
/// <para>Memory is bounded whatever the fragmentation: a chunk of 32 MiB costs nothing when empty or full, four bytes a
/// run when it has few, and 8 KiB at most. Two terabytes of alternating sectors take 512 MiB, a real volume a few.</para>
/// </remarks>
public sealed class RangeSet
{
    /// <summary>Bytes in a sector, the resolution of the set.</summary>
    public const int SectorSize = 512;

    private readonly List<RangeChunk?> _chunks = [];

    /// <summary>A set that holds one range.</summary>
    public static RangeSet Of(ByteRange range)
    {
        var set = new RangeSet();
        set.Add(range);
        return set;
    }

    /// <summary>Whether the set holds nothing.</summary>
    public bool IsEmpty => _chunks.TrueForAll(chunk => chunk is null);

    /// <summary>Bytes in the set, a multiple of <see cref="SectorSize"/>.</summary>
    public long TotalBytes => _chunks.Sum(chunk => chunk is null ? 0L : chunk.Count) * SectorSize;

    /// <summary>Adds every sector that the range touches.</summary>
    public void Add(ByteRange range)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(range.Start);
        if (range.Length <= 0)
            return;
        long sector = range.Start / SectorSize;
        long end = (range.End + SectorSize - 1) / SectorSize;
        while (sector < end)
        {
            int number = (int)(sector / RangeChunk.Sectors);
            int first = (int)(sector % RangeChunk.Sectors);
            int last = (int)Math.Min(RangeChunk.Sectors, first + end - sector) - 1;
            while (_chunks.Count <= number)
                _chunks.Add(null);
            _chunks[number] = first == 0 && last == RangeChunk.Sectors - 1
                ? RangeChunk.Full
                : (_chunks[number] ?? new RangeChunk()).With(first, last);
            sector += last - first + 1;
        }
    }

    /// <summary>Adds all of another set, <paramref name="shift"/> bytes further on.</summary>
    /// <param name="other">The set to add.</param>
    /// <param name="shift">
    /// Bytes: where the source of <paramref name="other"/> lies in the source of this set, or the other way round if negative.
    /// </param>
    public void Add(RangeSet other, long shift = 0)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (ByteRange range in other.Ranges())
            Add(range with { Start = range.Start + shift });
    }

    /// <summary>Whether the set holds the byte at <paramref name="at"/>.</summary>
    public bool Contains(long at)
    {
        long sector = at / SectorSize;
        long number = sector / RangeChunk.Sectors;
        return number < _chunks.Count && _chunks[(int)number] is { } chunk
            && chunk.Contains((int)(sector % RangeChunk.Sectors));
    }

    /// <summary>The runs of the set, ascending; runs that touch are one.</summary>
    public IEnumerable<ByteRange> Ranges()
    {
        long start = -1, end = -1;
        for (int number = 0; number < _chunks.Count; number++)
        {
            if (_chunks[number] is not { } chunk)
                continue;
            long origin = (long)number * RangeChunk.Sectors;
            foreach (var (first, last) in chunk.Runs())
            {
                if (origin + first != end)
                {
                    if (start >= 0)
                        yield return ByteRange.Between(start * SectorSize, end * SectorSize);
                    start = origin + first;
                }

                end = origin + last + 1;
            }
        }

        if (start >= 0)
            yield return ByteRange.Between(start * SectorSize, end * SectorSize);
    }

    /// <summary>What both sets hold.</summary>
    public RangeSet Intersect(RangeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var both = new RangeSet();
        using IEnumerator<ByteRange> left = Ranges().GetEnumerator(), right = other.Ranges().GetEnumerator();
        bool more = left.MoveNext() && right.MoveNext();
        while (more)
        {
            both.Add(ByteRange.Between(
                Math.Max(left.Current.Start, right.Current.Start), Math.Min(left.Current.End, right.Current.End)));
            more = (left.Current.End < right.Current.End ? left : right).MoveNext();
        }

        return both;
    }
}
