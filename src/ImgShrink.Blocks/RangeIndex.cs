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
        int index = _runs.FirstEndingBehind(at, static run => run.End);
        if (index == _runs.Length)
            return (false, limit);
        bool isIn = _runs[index].Start <= at;
        return (isIn, Math.Min(limit, (isIn ? _runs[index].End : _runs[index].Start) - at));
    }
}
