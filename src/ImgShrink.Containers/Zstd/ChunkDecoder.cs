using System.IO.Hashing;
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
    private readonly byte[] _output = new byte[1 << 18];
    private readonly XxHash64 _fileSum = new(), _contentSum = new();
    private int _inputAt, _inputEnd;
    private FramePart _chunk;
    private long _start;
    private ByteRange _unread;
    private bool _trailerGiven, _ended;

    public ChunkDecoder(RawImageFile file)
    {
        _file = file;
        _context = CreateDecompressor();
        if (_context == 0)
            throw new InsufficientMemoryException("libzstd has no memory for another decoder; use fewer --threads.");
    }

    /// <summary>Decodes a chunk and compares it, as it lies in the file and what it decodes to.</summary>
    /// <param name="chunk">What is known of it.</param>
    /// <param name="at">Where it starts in the file.</param>
    /// <param name="decoded">Told how many bytes more are decoded.</param>
    /// <param name="stop">Stops the work.</param>
    /// <exception cref="VerificationException">The chunk is damaged.</exception>
    public void Prove(FramePart chunk, long at, Action<int> decoded, CancellationToken stop)
    {
        Start(chunk, at);
        long rest = chunk.ImageBytes;
        while (!_ended)
        {
            stop.ThrowIfCancellationRequested();
            int count = Step();
            if (count > rest)
                throw Damaged("they decode to more bytes than were compressed");
            _contentSum.Append(_output.AsSpan(0, count));
            rest -= count;
            decoded(count);
        }

        if (rest > 0)
            throw Damaged("they decode to fewer bytes than were compressed");
        if (_inputAt < _inputEnd || _unread.Length > 0 || !_trailerGiven)
            throw Damaged("they end too early");
        if (_fileSum.GetCurrentHashAsUInt64() != chunk.FileChecksum)
            throw Damaged("they are not the bytes that were written");
        if (_contentSum.GetCurrentHashAsUInt64() != chunk.ContentChecksum)
            throw Damaged("they do not decode to the bytes that were compressed");
    }

    public void Dispose() => FreeDecompressor(_context);

    private void Start(FramePart chunk, long at)
    {
        Checked(ResetDecompressor(_context, ResetSessionOnly));
        (_chunk, _start, _unread) = (chunk, at, new ByteRange(at, chunk.FileBytes));
        _fileSum.Reset();
        _contentSum.Reset();
        (_trailerGiven, _ended) = (false, false);
        byte[] header = ZstdFrame.Header(chunk.ImageBytes, withChecksum: false);
        header.CopyTo(_input, 0);
        (_inputAt, _inputEnd) = (0, header.Length);
    }

    /// <summary>Decodes the next bytes to the start of the output, and gives their number.</summary>
    private int Step()
    {
        if (_inputAt == _inputEnd && !_trailerGiven)
            Refill();
        fixed (byte* from = _input, to = _output)
        {
            var input = new LibZstd.Buffer { Bytes = from, Size = (nuint)_inputEnd, Position = (nuint)_inputAt };
            var output = new LibZstd.Buffer { Bytes = to, Size = (nuint)_output.Length };
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
            _fileSum.Append(_input.AsSpan(0, count));
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
