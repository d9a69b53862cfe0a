using System.IO.Hashing;
using ImgShrink.Containers;

namespace ImgShrink.Pipeline;

/// <summary>The cells that an unfinished output has; asked for in ascending order.</summary>
internal sealed class KeptCells(PartialOutput output, IReadOnlyDictionary<long, ulong> sums) : IDisposable
{
    private readonly long _last = sums.Keys.Max();
    private long _at; // In the image.
    private bool _ended;

    /// <summary>Fills a buffer with a cell; false where the output does not have it as it was noted.</summary>
    public bool TryRead(long number, Span<byte> into)
    {
        if (_ended || !sums.TryGetValue(number, out ulong sum))
            return false;
        for (long start = number * CellImage.CellBytes; _at < start;)
        {
            Span<byte> passed = into[..(int)Math.Min(into.Length, start - _at)];
            if (!Next(passed))
                return false;
        }

        if (!Next(into) || XxHash3.HashToUInt64(into) != sum)
        {
            Dispose(); // What comes behind may be as bad.
            return false;
        }

        if (number == _last)
            Dispose(); // The file is going to be renamed.
        return true;
    }

    public void Dispose()
    {
        if (_ended)
            return;
        _ended = true;
        output.Dispose();
    }

    private bool Next(Span<byte> into)
    {
        _at += into.Length;
        if (output.TryRead(into))
            return true;
        Dispose();
        return false;
    }
}
