namespace ImgShrink.Blocks;

/// <summary>A run of bytes: <see cref="Start"/> is inside, <see cref="End"/> is not.</summary>
/// <param name="Start">First byte, 0 or more.</param>
/// <param name="Length">Number of bytes, 0 or more.</param>
public readonly record struct ByteRange(long Start, long Length)
{
    /// <summary>The first byte behind the range.</summary>
    public long End => Start + Length;

    /// <summary>The range from <paramref name="start"/> (inclusive) to <paramref name="end"/> (exclusive).</summary>
    public static ByteRange Between(long start, long end) => new(start, end - start);

    /// <summary>Whether the two ranges share a byte.</summary>
    public bool Overlaps(ByteRange other) => Start < other.End && other.Start < End;

    /// <summary>Whether every byte of <paramref name="other"/> lies inside this range.</summary>
    public bool Contains(ByteRange other) => Start <= other.Start && other.End <= End;

    /// <inheritdoc/>
    public override string ToString() => $"{Start}..{End}";

    /// <summary>Throws unless the range lies inside a source of <paramref name="length"/> bytes.</summary>
    public static void ThrowIfOutside(long at, int count, long length)
    {
        if (at < 0 || at > length - count)
            throw new ArgumentOutOfRangeException(nameof(at),
                $"{count} bytes from {at} on are outside of 0..{length}.");
    }
}
