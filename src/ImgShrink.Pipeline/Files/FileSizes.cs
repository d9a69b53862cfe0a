namespace ImgShrink.Pipeline;

/// <summary>Adds up what files say of their sizes, which may be anything up to the largest number there is.</summary>
internal static class FileSizes
{
    /// <summary>The sum, or the largest number where that is less.</summary>
    public static long Add(long sum, long length) => length > long.MaxValue - sum ? long.MaxValue : sum + length;
}
