using ImgShrink.Blocks;

namespace ImgShrink.Devices.Reading;

/// <summary>
/// Reads what is going to be asked for from front to back ahead of time: in large pieces, small gaps included, two under
/// way at a time.
/// </summary>
/// <remarks>
/// A piece is read once. What is asked for outside of the pieces, or again when a piece has been let go, is read as it is
/// asked for. Memory: <see cref="MostKept"/> pieces.
/// </remarks>
internal sealed class ReadAhead : IBlockSource
{
    private const int PieceSize = RescuedDrive.LargestRead;
    private const int UnderWay = 2;
    private const int MostKept = 6;

    // Reading over a gap is quicker than asking twice, as long as the gaps together stay a small part of the whole.
    private const int LargestGap = 256 << 10;
    private const int LargestShareOfGaps = 32;

    private readonly IBlockSource _source;
    private readonly List<ByteRange> _pieces;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Task<byte[]>> _kept = [];
    private readonly Queue<int> _order = [];
    private int _next; // No piece from here on has been asked for.

    /// <summary>Nothing is read before something is asked for.</summary>
    /// <param name="source">The medium.</param>
    /// <param name="wanted">What is going to be read in the order of its addresses.</param>
    public ReadAhead(IBlockSource source, RangeSet wanted)
    {
        _source = source;
        _pieces = [.. Pieces(wanted, source.Length)];
    }

    /// <inheritdoc/>
    public long Length => _source.Length;

    /// <summary>Reads the first pieces, as many as are kept at a time, and gives their bytes.</summary>
    public long ReadFirst()
    {
        int count = Math.Min(MostKept - UnderWay, _pieces.Count);
        for (int i = 0; i < count; i++)
            _ = Piece(i);
        return _pieces.Take(count).Sum(piece => piece.Length);
    }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        int number = FirstEndingBehind(at);
        while (into.Length > 0)
        {
            ByteRange piece = number < _pieces.Count ? _pieces[number] : new ByteRange(Length, 0);
            int count = (int)Math.Min(into.Length, (at < piece.Start ? piece.Start : piece.End) - at);
            if (at < piece.Start || Piece(number++) is not { } bytes)
                _source.Read(at, into[..count]);
            else
                bytes.AsSpan((int)(at - piece.Start), count).CopyTo(into);
            at += count;
            into = into[count..];
        }
    }

    /// <summary>The bytes of a piece; null where it has been let go, or passed over.</summary>
    private byte[]? Piece(int number)
    {
        Task<byte[]>? reading;
        lock (_lock)
        {
            if (number >= _next)
                _next = number;
            for (; _next < Math.Min(number + UnderWay, _pieces.Count); _next++)
                Start(_next);
            _kept.TryGetValue(number, out reading);
        }

        return reading?.GetAwaiter().GetResult();
    }

    private void Start(int number)
    {
        ByteRange piece = _pieces[number];
        _kept.Add(number, Task.Run(() => _source.ReadBytes(piece.Start, (int)piece.Length)));
        _order.Enqueue(number);
        if (_order.Count > MostKept)
            _kept.Remove(_order.Dequeue());
    }

    private int FirstEndingBehind(long at)
    {
        int low = 0, high = _pieces.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_pieces[middle].End > at)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    /// <summary>The ranges with the gaps between them that are worth it, cut at multiples of the piece size.</summary>
    private static IEnumerable<ByteRange> Pieces(RangeSet wanted, long length)
    {
        long largestGap = GapWorthReading(wanted);
        long start = 0, end = 0;
        foreach (ByteRange range in wanted.Ranges().Append(new ByteRange(long.MaxValue / 2, 0)))
        {
            if (range.Start - end <= largestGap && end > start)
            {
                end = range.End;
                continue;
            }

            for (long cut; start < Math.Min(end, length); start = cut)
            {
                cut = Math.Min((start / PieceSize + 1) * PieceSize, Math.Min(end, length));
                yield return ByteRange.Between(start, cut);
            }

            (start, end) = (range.Start, range.End);
        }
    }

    private static long GapWorthReading(RangeSet wanted)
    {
        // How many bytes the gaps of up to 1, 2, 4 ... sectors have together.
        var gaps = new long[64];
        long end = 0;
        foreach (ByteRange range in wanted.Ranges())
        {
            gaps[64 - long.LeadingZeroCount((range.Start - end - 1) / RangeSet.SectorSize)] += range.Start - end;
            end = range.End;
        }

        long spare = wanted.TotalBytes / LargestShareOfGaps;
        long largest = 0;
        for (int i = 0; RangeSet.SectorSize << i <= LargestGap && (spare -= gaps[i]) >= 0; i++)
            largest = RangeSet.SectorSize << i;
        return largest;
    }
}
