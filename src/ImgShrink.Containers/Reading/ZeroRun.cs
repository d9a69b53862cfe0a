namespace ImgShrink.Containers;

/// <summary>Runs of zeros as bytes, for hashes that know no shorter way.</summary>
internal static class ZeroRun
{
    private static readonly byte[] Zeros = new byte[1 << 20];

    /// <summary><paramref name="count"/> zeros, in portions of at most 1 MiB.</summary>
    /// <param name="count">Bytes, 0 or more.</param>
    /// <param name="cancel">Asked before each portion.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(long count, CancellationToken cancel)
    {
        for (; count > 0; count -= Math.Min(count, Zeros.Length))
        {
            cancel.ThrowIfCancellationRequested();
            yield return Zeros.AsMemory(0, (int)Math.Min(count, Zeros.Length));
        }
    }
}
