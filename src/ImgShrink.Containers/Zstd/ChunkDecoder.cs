using ImgShrink.Blocks;
using static ImgShrink.Containers.Zstd.LibZstd;

namespace ImgShrink.Containers.Zstd;

/// <summary>Decodes chunks out of the middle of a stitched frame, each as a frame of its own.</summary>
/// <remarks>
/// libzstd sees a header of ours, the chunk's blocks, and an empty last block. So a chunk is right only if it needs
/// nothing from what stands before it, if its blocks end exactly where the next part starts, and if none of them is marked
/// as the last. Not for several threads at once.
/// </remarks>
internal sealed unsafe class ChunkDecoder : IDisposable
{
    private readonly RawImageFile _file;
    private readonly nint _context;
    private readonly byte[] _input = new byte[1 << 20];
    private int _inputAt, _inputEnd;
    private FramePart _chunk;
    private long _start;
    private ByteRange _unread;
    private Xxh64 _sum = new();
    private bool _trailerGiven, _ended;

    public ChunkDecoder(RawImageFile file)
    {
        _file = file;
        _context = CreateDecompressor();
        if (_context == 0)
            throw new InsufficientMemoryException("libzstd has no memory for another decoder; use fewer --threads.");
    }

    /// <summary>Turns to a chunk.</summary>
    /// <param name="chunk">What is known of it.</param>
    /// <param name="at">Where it starts in the file.</param>
    public void Start(FramePart chunk, long at)
    {
        Checked(ResetDecompressor(_context, ResetSessionOnly));
        (_chunk, _start, _unread) = (chunk, at, new ByteRange(at, chunk.FileBytes));
        (_sum, _trailerGiven, _ended) = (new Xxh64(), false, false);
        byte[] header = ZstdFrame.Header(chunk.ImageBytes, withChecksum: false);
        header.CopyTo(_input, 0);
        (_inputAt, _inputEnd) = (0, header.Length);
    }

    /// <summary>Fills <paramref name="into"/> with the chunk's next bytes.</summary>
    /// <exception cref="VerificationException">The chunk is damaged.</exception>
    public void Decode(Span<byte> into)
    {
        int done = 0;
        while (done < into.Length)
            done += Step(into[done..]);
    }

    /// <summary>Makes sure that the chunk ends here, and that its bytes are those that were written.</summary>
    /// <exception cref="VerificationException">It does not, or they are not.</exception>
    public void End()
    {
        Span<byte> none = stackalloc byte[1];
        while (!_ended)
        {
            if (Step(none) > 0)
                throw Damaged("they decode to more bytes than were compressed");
        }

        if (_inputAt < _inputEnd || _unread.Length > 0 || !_trailerGiven)
            throw Damaged("they end too early");
        if (_sum.Value() != _chunk.Checksum)
            throw Damaged("they are not the bytes that were written");
    }

    public void Dispose() => FreeDecompressor(_context);

    private int Step(Span<byte> into)
    {
        if (_ended)
            throw Damaged("they decode to fewer bytes than were compressed");
        if (_inputAt == _inputEnd && !_trailerGiven)
            Refill();
        fixed (byte* from = _input, to = into)
        {
            var input = new LibZstd.Buffer { Bytes = from, Size = (nuint)_inputEnd, Position = (nuint)_inputAt };
            var output = new LibZstd.Buffer { Bytes = to, Size = (nuint)into.Length };
            nuint result = Decompress(_context, ref output, ref input);
            if (IsError(result) != 0)
                throw Damaged(ErrorName(result));
            bool moved = output.Position > 0 || (int)input.Position > _inputAt;
            _inputAt = (int)input.Position;
            _ended = result == 0;
            if (!moved && !_ended)
                throw Damaged("the last of them is cut short");
            return (int)output.Position;
        }
    }

    private void Refill()
    {
        int count = (int)Math.Min(_input.Length, _unread.Length);
        if (count > 0)
        {
            _file.Read(_unread.Start, _input.AsSpan(0, count));
            _sum.Append(_input.AsSpan(0, count));
            _unread = ByteRange.Between(_unread.Start + count, _unread.End);
        }
        else
        {
            ZstdFrame.EmptyLastBlock.CopyTo(_input);
            (count, _trailerGiven) = (ZstdFrame.EmptyLastBlock.Length, true);
        }

        (_inputAt, _inputEnd) = (0, count);
    }

    private VerificationException Damaged(string how) =>
        new($"{_file.Path}: the zstd blocks from byte {_start} on are damaged: {how}.");
}
