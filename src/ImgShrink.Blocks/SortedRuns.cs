namespace ImgShrink.Blocks;

/// <summary>Looks addresses up in runs that ascend without overlaps.</summary>
public static class SortedRuns
{
    /// <summary>
    /// The index of the first run that ends behind <paramref name="at"/>: the one that holds it, or else the next; their number
    /// where none does.
    /// </summary>
    /// <param name="runs">The runs, ascending, without overlaps.</param>
    /// <param name="at">An address.</param>
    /// <param name="end">The first address behind a run.</param>
    public static int FirstEndingBehind<T>(this IReadOnlyList<T> runs, long at, Func<T, long> end)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(end);
        int low = 0, high = runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (end(runs[middle]) > at)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
