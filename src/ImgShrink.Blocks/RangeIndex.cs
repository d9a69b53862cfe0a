namespace ImgShrink.Blocks;

/// <summary>The runs of a <see cref="RangeSet"/> as they were, for looking addresses up: 16 bytes a run.</summary>
public sealed class RangeIndex
{
    private readonly ByteRange[] _runs;

    /// <summary>Takes the runs of <paramref name="set"/> over.</summary>
    public RangeIndex(RangeSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        _runs = [.. set.Ranges()];
    }

    /// <summary>
    /// Whether the byte at <paramref name="at"/> is in the set, and for how many of at most <paramref name="limit"/> bytes
    /// that stays so.
    /// </summary>
    public (bool IsIn, long Count) RunAt(long at, long limit)
    {
        int low = 0, high = _runs.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_runs[middle].End > at)
                high = middle;
            else
                low = middle + 1;
        }

        if (low == _runs.Length)
            return (false, limit);
        bool isIn = _runs[low].Start <= at;
        return (isIn, Math.Min(limit, (isIn ? _runs[low].End : _runs[low].Start) - at));
    }
}
