namespace ImgShrink.FileSystems.Ext;

/// <summary>Puts the runs of a file together, ascending in the file.</summary>
internal static class ExtentRuns
{
    /// <summary>Adds a run: as far as it continues the last one it becomes part of that, and the rest is cut.</summary>
    /// <param name="runs">The runs before it.</param>
    /// <param name="run">The run.</param>
    /// <param name="longest">The most blocks that one may have.</param>
    public static void Join(this List<Extent> runs, Extent run, int longest)
    {
        if (runs.Count > 0 && runs[^1].IsContinuedBy(run))
        {
            int joined = Math.Min(run.Length, longest - runs[^1].Length);
            runs[^1] = runs[^1] with { Length = runs[^1].Length + joined };
            run = Without(run, joined);
        }

        while (run.Length > 0)
        {
            int length = Math.Min(run.Length, longest);
            runs.Add(run with { Length = length });
            run = Without(run, length);
        }
    }

    // Behind the last block of the longest file, which is number 2^32 - 1, nothing is left.
    private static Extent Without(Extent run, int first) => run with
    {
        Logical = unchecked((uint)(run.Logical + (long)first)), Physical = run.Physical + first, Length = run.Length - first,
    };
}
