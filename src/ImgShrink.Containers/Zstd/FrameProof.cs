using ImgShrink.Blocks;

namespace ImgShrink.Containers.Zstd;

/// <summary>
/// Reads back a frame that <see cref="FrameWriter"/> made: every byte of the file is decoded or compared, on several
/// threads.
/// </summary>
internal sealed class FrameProof : IDisposable
{
    private const int PiecesBeside = 2;
    private const int ThreadsBeside = 2;

    private readonly RawImageFile _file;
    private readonly IProgress<long>? _bytesDone;
    private readonly ImageHash _hash = new();
    private readonly Xxh64 _checksum = new();
    private readonly BufferPool _buffers = new(ChunkCutter.BufferSize);
    private readonly ContextPool<ChunkDecoder> _decoders;
    private readonly PieceFlow _flow;
    private Task _hashed = Task.CompletedTask, _summed = Task.CompletedTask;

    public FrameProof(RawImageFile file, int threads, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        (_file, _bytesDone) = (file, bytesDone);
        _decoders = new ContextPool<ChunkDecoder>(threads, () => new ChunkDecoder(file));
        _flow = new PieceFlow(threads + PiecesBeside, threads + ThreadsBeside, cancel);
    }

    /// <summary>Does all of it, once.</summary>
    /// <exception cref="VerificationException">The file is not what was written.</exception>
    public void Prove(WrittenImage expected, FrameIndex index)
    {
        if (_file.Length != expected.FileBytes)
            throw new VerificationException($"{_file.Path} has {_file.Length} bytes, expected {expected.FileBytes}.");
        Compare(0, ZstdFrame.Header(expected.ImageBytes, withChecksum: true), "zstd frame header");
        try
        {
            long at = ZstdFrame.HeaderSize;
            foreach (FramePart part in index.Parts)
            {
                Start(part, at);
                at += part.FileBytes;
            }

            _flow.Finish();
            Compare(at, ZstdFrame.Trailer(_checksum.Value()), "end of the zstd frame, with its checksum,");
        }
        catch (OperationCanceledException)
        {
            _flow.Finish(); // Throws what it was stopped for.
            throw;
        }

        expected.ThrowUnlessSame(_hash.Finish(), _file.Path);
    }

    public void Dispose()
    {
        _flow.Dispose(); // First: its threads use the rest.
        _decoders.Dispose();
        _hash.Dispose();
    }

    private void Start(FramePart part, long at)
    {
        if (part.Kind == FramePartKind.Chunk)
            StartChunk(part, at);
        else
            StartRun(part, at);
    }

    private void StartChunk(FramePart part, long at)
    {
        ChunkDecoder? decoder = null;
        Task decoded = Task.CompletedTask;
        for (long rest = part.ImageBytes; rest > 0;)
        {
            _flow.Enter();
            bool starts = decoder is null;
            ChunkDecoder mine = decoder ??= _decoders.Take(_flow.Stop);
            byte[] buffer = _buffers.Take();
            int count = (int)Math.Min(rest, ChunkCutter.BufferSize);
            rest -= count;
            bool ends = rest == 0;
            decoded = _flow.Then(decoded, () =>
            {
                if (starts)
                    mine.Start(part, at);
                mine.Decode(buffer.AsSpan(0, count));
                if (!ends)
                    return;
                mine.End();
                _decoders.Return(mine);
            });
            _hashed = _flow.Then(Task.WhenAll(_hashed, decoded), () =>
            {
                _hash.Append(buffer.AsSpan(0, count));
                _bytesDone?.Report(_hash.Length);
            });
            _summed = _flow.Then(Task.WhenAll(_summed, decoded), () => _checksum.Append(buffer.AsSpan(0, count)));
            _flow.Leave(() => _buffers.Return(buffer), _hashed, _summed);
        }
    }

    /// <summary>A reset or a gap: its bytes are known, and so is what they decode to.</summary>
    private void StartRun(FramePart part, long at)
    {
        _flow.Enter();
        Task compared = _flow.Then(Task.CompletedTask, () =>
        {
            if (part.Kind == FramePartKind.Reset)
                Compare(at, ZstdFrame.Reset(part.Value), "zstd blocks of a cut");
            else
                CompareZeros(part, at);
        });
        byte[]? run = part.Kind == FramePartKind.Reset ? [.. Enumerable.Repeat(part.Value, ZstdFrame.ResetContent)]
            : null;
        _hashed = _flow.Then(_hashed, () =>
        {
            if (run is null)
                _hash.AppendZeros(part.ImageBytes, _flow.Stop);
            else
                _hash.Append(run);
            _bytesDone?.Report(_hash.Length);
        });
        _summed = _flow.Then(_summed, () =>
        {
            if (run is null)
                _checksum.AppendZeros(part.ImageBytes, _flow.Stop);
            else
                _checksum.Append(run);
        });
        _flow.Leave(() => { }, compared, _hashed, _summed);
    }

    private void CompareZeros(FramePart part, long at)
    {
        foreach (ReadOnlyMemory<byte> blocks in ZeroBlocks.For(
            part.ImageBytes, atFrameStart: at == ZstdFrame.HeaderSize))
        {
            Compare(at, blocks.Span, "zstd blocks of a gap");
            at += blocks.Length;
        }
    }

    private void Compare(long at, ReadOnlySpan<byte> expected, string what)
    {
        byte[] found = _file.ReadBytes(at, expected.Length);
        int difference = expected.CommonPrefixLength(found);
        if (difference < expected.Length)
            throw new VerificationException(
                $"{_file.Path}: the {what} at byte {at} differs: byte {at + difference} is 0x{found[difference]:X2}, expected 0x{expected[difference]:X2}.");
    }
}
