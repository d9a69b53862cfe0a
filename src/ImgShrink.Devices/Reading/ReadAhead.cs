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
internal sealed class ReadAhead : IBlockSource, IDisposable
{
    private const int AtOnce = 2;
    private const int MostKept = 6;

    private readonly IBlockSource _source;
    private readonly List<ByteRange> _pieces;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Task<byte[]>> _kept = [];
    private readonly Queue<int> _order = [];
    private readonly List<Task> _underWay = []; // What has been let go may still be read.
    private int _next; // No piece from here on has been asked for.

    /// <summary>Nothing is read before something is asked for.</summary>
    /// <param name="source">The medium.</param>
    /// <param name="wanted">What is going to be read in the order of its addresses.</param>
    public ReadAhead(IBlockSource source, RangeSet wanted)
    {
        _source = source;
        _pieces = [.. TransferPieces.Of(wanted, source.Length)];
    }

    /// <inheritdoc/>
    public long Length => _source.Length;

    /// <summary>Reads the first pieces, as many as are kept at a time, and gives their bytes.</summary>
    public long ReadFirst()
    {
        int count = Math.Min(MostKept - AtOnce, _pieces.Count);
        for (int i = 0; i < count; i++)
            _ = Piece(i);
        return _pieces.Take(count).Sum(piece => piece.Length);
    }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        int number = _pieces.FirstEndingBehind(at, static piece => piece.End);
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

    /// <summary>Returns when nothing is being read any more.</summary>
    public void Dispose()
    {
        foreach (Task reading in _underWay)
            Task.WaitAny([reading], CancellationToken.None); // Nobody wants to know how it ended.
    }

    /// <summary>The bytes of a piece; null where it has been let go, or passed over.</summary>
    private byte[]? Piece(int number)
    {
        Task<byte[]>? reading;
        lock (_lock)
        {
            if (number >= _next)
                _next = number;
            for (; _next < Math.Min(number + AtOnce, _pieces.Count); _next++)
                Start(_next);
            _kept.TryGetValue(number, out reading);
        }

        return reading?.GetAwaiter().GetResult();
    }

    private void Start(int number)
    {
        ByteRange piece = _pieces[number];
        Task<byte[]> reading = Task.Run(() => _source.ReadBytes(piece.Start, (int)piece.Length));
        _underWay.RemoveAll(each => each.IsCompleted);
        _underWay.Add(reading);
        _kept.Add(number, reading);
        _order.Enqueue(number);
        if (_order.Count > MostKept)
            _kept.Remove(_order.Dequeue());
    }
}
