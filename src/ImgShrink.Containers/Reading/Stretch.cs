using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>A part of an image that is handled in one way: read, or known to be zeros.</summary>
/// <param name="Start">First byte in the image.</param>
/// <param name="Length">Bytes, at least 1.</param>
/// <param name="IsZeros">Whether the stretch holds no data at all, and need not be read.</param>
internal readonly record struct Stretch(long Start, long Length, bool IsZeros)
{
    public long End => Start + Length;

    /// <summary>The stretches of an image, in order and without a gap between them.</summary>
    /// <param name="image">The image.</param>
    /// <param name="smallestGap">Bytes; a gap between data that is shorter belongs to the data around it.</param>
    public static IEnumerable<Stretch> Of(TargetView image, long smallestGap)
    {
        long start = -1, end = 0; // The data collected so far; none while start is negative.
        foreach (ByteRange range in image.Data.Ranges())
        {
            // The set counts whole sectors; the image may end within its last one.
            long rangeEnd = Math.Min(range.End, image.Length);
            if (range.Start >= rangeEnd)
                break;
            if (range.Start - end >= smallestGap)
            {
                if (start >= 0)
                    yield return new Stretch(start, end - start, IsZeros: false);
                yield return new Stretch(end, range.Start - end, IsZeros: true);
                start = range.Start;
            }
            else if (start < 0)
            {
                start = 0;
            }

            end = rangeEnd;
        }

        bool zerosAtEnd = image.Length - end >= smallestGap || (start < 0 && image.Length > 0);
        if (start >= 0)
            yield return new Stretch(start, (zerosAtEnd ? end : image.Length) - start, IsZeros: false);
        if (zerosAtEnd)
            yield return new Stretch(end, image.Length - end, IsZeros: true);
    }
}
