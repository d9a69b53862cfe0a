using ImgShrink.Blocks;

namespace ImgShrink.HostileTests.Trials;

/// <summary>An image in memory that counts what is read of it, and ends a job that reads it again and again.</summary>
internal sealed class CountedImage(IBlockSource image) : IImageSource
{
    // The audit, the plan and its audit visit all metadata; the files are read twice, from the source and from the result.
    private const int MostTimes = 24;

    private long _read;

    public string Path => "hostile.img";

    public long Length => image.Length;

    public long BytesRead => _read;

    public void Read(long at, Span<byte> into)
    {
        if (Interlocked.Add(ref _read, into.Length) > MostTimes * Math.Max(Length, 1 << 20))
            throw new NoEndException($"{_read} bytes were read of {Length}");
        image.Read(at, into);
    }

    public RangeSet DataRanges() => RangeSet.Of(new ByteRange(0, Length));

    public void Dispose()
    {
    }
}

/// <summary>A job does more than its input can be worth.</summary>
internal sealed class NoEndException(string message) : Exception(message);
