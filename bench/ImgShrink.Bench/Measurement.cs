namespace ImgShrink.Bench;

/// <summary>What a command line took.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="CpuSeconds">User and system time of all its processes.</param>
/// <param name="PeakBytes">The most memory that one of its processes had resident.</param>
/// <param name="ReadBytes">Bytes read by system calls, from the cache or the disk.</param>
/// <param name="WrittenBytes">Bytes written by system calls.</param>
internal sealed record Measurement(
    double Seconds, double CpuSeconds, long PeakBytes, long ReadBytes, long WrittenBytes)
{
    /// <summary>The median of each figure.</summary>
    public static Measurement MedianOf(IReadOnlyCollection<Measurement> runs) => new(
        Median(runs.Select(run => run.Seconds)),
        Median(runs.Select(run => run.CpuSeconds)),
        Median(runs.Select(run => run.PeakBytes)),
        Median(runs.Select(run => run.ReadBytes)),
        Median(runs.Select(run => run.WrittenBytes)));

    private static T Median<T>(IEnumerable<T> values) => values.Order().ElementAt((values.Count() - 1) / 2);
}
