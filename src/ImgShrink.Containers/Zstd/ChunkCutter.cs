namespace ImgShrink.Containers.Zstd;

/// <summary>
/// Reads an image and cuts it into chunks that can be compressed one by one and still make one frame.
/// </summary>
/// <remarks>
/// <para>A chunk of data has about the size of the limits. Its end is moved on to the next 17 equal bytes, because that
/// much is needed to put the decoder's repeat offsets back to where they are at the start of a frame (<see cref="ZstdFrame.Reset"/>).
/// Disks are full of such runs. Where there is none, in encrypted or well compressed data, the chunk goes on, in
/// pieces.</para>
/// <para>Long gaps become RLE blocks. They leave the offsets alone, so a chunk before a gap takes its reset from the
/// gap's first 17 zeros, and whatever stands behind a chunk finds fresh offsets.</para>
/// <para>Cuts depend on the image alone: the same image gives the same file on any number of threads.</para>
/// </remarks>
/// <param name="reader">The image.</param>
/// <param name="limits">The sizes of chunks and pieces.</param>
/// <param name="buffers">Buffers of <see cref="ChunkLimits.Buffer"/> bytes.</param>
/// <param name="waitForPlace">Called before each piece; returns when there may be another in memory.</param>
internal sealed class ChunkCutter(
    ForwardReader reader, ChunkLimits limits, BufferPool buffers, Action waitForPlace)
{
    /// <summary>
    /// Bytes; shorter gaps go through the compressor as zeros, which costs less than starting afresh behind them.
    /// </summary>
    public const int SmallestGap = 256 << 10;

    // What was read behind a cut; the next piece starts with it, so that reads stay in whole sectors.
    private readonly byte[] _readAhead = new byte[ChunkLimits.Read];
    private int _readAheadCount;

    /// <summary>The pieces of an image, in order.</summary>
    /// <param name="stretches">
    /// The whole image, as <see cref="Stretch.Of"/> gives it for <see cref="SmallestGap"/>.
    /// </param>
    public IEnumerable<Piece> Cut(IEnumerable<Stretch> stretches)
    {
        bool offsetsAreFresh = true;
        foreach (Stretch stretch in stretches)
        {
            if (stretch.IsZeros)
            {
                waitForPlace();
                yield return new Piece(stretch, null, false, false, HasReset: !offsetsAreFresh);
                offsetsAreFresh = true;
                continue;
            }

            foreach (Piece piece in CutData(stretch))
            {
                yield return piece;
                offsetsAreFresh = piece.HasReset;
            }
        }
    }

    /// <summary>Where 17 equal bytes start, at index <paramref name="from"/> or behind; -1 where they do not.</summary>
    internal static int FindRun(ReadOnlySpan<byte> bytes, int from)
    {
        // Whatever its position, a run of 17 holds both bytes of a pair whose first index is a multiple of 16.
        for (int pair = (from + 15) & ~15; pair + 1 < bytes.Length; pair += 16)
        {
            byte value = bytes[pair];
            if (bytes[pair + 1] != value)
                continue;
            int start = bytes[from..pair].LastIndexOfAnyExcept(value) + 1 + from;
            if (start + ZstdFrame.ResetContent <= bytes.Length
                && bytes.Slice(start, ZstdFrame.ResetContent).IndexOfAnyExcept(value) < 0)
                return start;
        }

        return -1;
    }

    private IEnumerable<Piece> CutData(Stretch stretch)
    {
        bool starts = true;
        for (long at = stretch.Start; at < stretch.End;)
        {
            waitForPlace();
            byte[] buffer = buffers.Take();
            var (length, hasReset) = Fill(buffer, at, stretch.End, cutFrom: starts ? limits.Chunk : 1);
            bool ends = hasReset || at + length == stretch.End;
            yield return new Piece(new Stretch(at, length, IsZeros: false), buffer, starts, ends, hasReset);
            at += length;
            starts = ends;
        }
    }

    /// <summary>
    /// Reads a piece, up to a run of 17 equal bytes behind <paramref name="cutFrom"/>, the end, or the largest size.
    /// </summary>
    /// <returns>Bytes in the piece, and whether its last 17 are such a run.</returns>
    private (int Length, bool HasReset) Fill(byte[] buffer, long at, long end, int cutFrom)
    {
        int filled = _readAheadCount;
        _readAhead.AsSpan(0, filled).CopyTo(buffer);
        _readAheadCount = 0;
        int searched = cutFrom;
        while (true)
        {
            int run = FindRun(buffer.AsSpan(0, filled), searched);
            if (run >= 0)
            {
                int length = run + ZstdFrame.ResetContent;
                _readAheadCount = filled - length;
                buffer.AsSpan(length, _readAheadCount).CopyTo(_readAhead);
                return (length, true);
            }

            if (at + filled == end || filled >= limits.Piece)
                return (filled, false);
            searched = Math.Max(cutFrom, filled - ZstdFrame.ResetContent + 1);
            int count = (int)Math.Min(ChunkLimits.Read, end - at - filled);
            reader.Read(at + filled, buffer.AsSpan(filled, count));
            filled += count;
        }
    }
}
