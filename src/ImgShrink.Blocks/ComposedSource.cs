namespace ImgShrink.Blocks;

/// <summary>One source made of pieces of others at new addresses; what no piece covers is zero.</summary>
/// <remarks>
/// This is how a target disk is put together: head, volumes, backup tables, each from where it lies now.
/// </remarks>
public sealed class ComposedSource : IBlockSource
{
    private readonly List<(long Start, IBlockSource Piece)> _pieces = [];

    /// <summary>An empty composition of <paramref name="length"/> bytes.</summary>
    public ComposedSource(long length) => Length = length;

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Places <paramref name="piece"/> at <paramref name="start"/>, behind all pieces placed so far.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It overlaps the piece before it or the end.</exception>
    public void Append(long start, IBlockSource piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        long free = _pieces.Count == 0 ? 0 : _pieces[^1].Start + _pieces[^1].Piece.Length;
        if (start < free || start + piece.Length > Length)
            throw new ArgumentOutOfRangeException(nameof(start),
                $"{start}..{start + piece.Length} is not in {free}..{Length}.");
        _pieces.Add((start, piece));
    }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        int index = _pieces.FirstEndingBehind(at, static each => each.Start + each.Piece.Length);
        while (into.Length > 0)
        {
            bool atEnd = index == _pieces.Count;
            long start = atEnd ? Length : _pieces[index].Start;
            if (at < start)
            {
                int zeros = (int)Math.Min(start - at, into.Length);
                into[..zeros].Clear();
                at += zeros;
                into = into[zeros..];
                continue;
            }

            IBlockSource piece = _pieces[index++].Piece;
            int count = (int)Math.Min(start + piece.Length - at, into.Length);
            piece.Read(at - start, into[..count]);
            at += count;
            into = into[count..];
        }
    }
}
