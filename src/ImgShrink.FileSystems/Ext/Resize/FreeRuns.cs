namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>
/// The free runs of a volume, for best-fit placement: the shortest run that is long enough, the lowest of equals.
/// </summary>
internal sealed class FreeRuns
{
    private readonly SortedSet<(long Length, long Start)> _byLength = [];

    public FreeRuns(IEnumerable<(long Start, long Count)> runs)
    {
        foreach (var (start, count) in runs)
            Add(start, count);
    }

    /// <summary>Free blocks in all.</summary>
    public long Total { get; private set; }

    /// <summary>
    /// Takes <paramref name="length"/> blocks, or as many as the longest run has, and says where they are.
    /// </summary>
    /// <returns>A run of at most <paramref name="length"/> blocks, of 0 when nothing is free.</returns>
    public (long Start, long Length) Take(long length)
    {
        if (_byLength.Count == 0)
            return (0, 0);
        // The view's own count would walk through all of it.
        var (runLength, start) = _byLength.GetViewBetween((length, 0), (long.MaxValue, 0)).Min;
        if (runLength == 0)
            (runLength, start) = _byLength.Max;
        _byLength.Remove((runLength, start));
        Total -= runLength;
        long taken = Math.Min(length, runLength);
        Add(start + taken, runLength - taken);
        return (start, taken);
    }

    private void Add(long start, long length)
    {
        if (length == 0)
            return;
        _byLength.Add((length, start));
        Total += length;
    }
}
