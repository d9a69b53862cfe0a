namespace ImgShrink.Pipeline;

/// <summary>Passes byte counts of a phase on at once, on the thread that reports them.</summary>
/// <param name="progress">Who is told.</param>
/// <param name="phase">The phase.</param>
/// <param name="total">Bytes in all.</param>
internal sealed class ByteProgress(IProgress<ProgressStep> progress, Phase phase, long total) : IProgress<long>
{
    /// <inheritdoc/>
    public void Report(long value) => progress.Report(new ProgressStep(phase, value, total));
}
