using ImgShrink.Blocks;

namespace ImgShrink.Containers.Zstd;

/// <summary>
/// Reads back a frame that <see cref="FrameWriter"/> made: every byte of the file is decoded or compared, on several
/// threads.
/// </summary>
/// <remarks>
/// Chunks are compared by the XXH64 of their content, taken from the same buffers as the SHA-256 of the image, so a
/// second SHA-256, which must be taken in order and by one thread, would prove nothing more.
/// </remarks>
internal sealed class FrameProof : IDisposable
{
    private readonly RawImageFile _file;
    private readonly IProgress<long>? _bytesDone;
    private readonly ContextPool<ChunkDecoder> _decoders;
    private readonly PieceFlow _flow;
    private readonly Lock _progress = new();
    private long _done;

    public FrameProof(RawImageFile file, int threads, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        (_file, _bytesDone) = (file, bytesDone);
        _decoders = new ContextPool<ChunkDecoder>(threads, () => new ChunkDecoder(file));
        _flow = new PieceFlow(places: threads, threads, cancel);
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
            Compare(at, ZstdFrame.Trailer(index.ContentChecksum), "end of the zstd frame, with its checksum,");
        }
        catch (OperationCanceledException)
        {
            _flow.Finish(); // Throws what it was stopped for.
            throw;
        }
    }

    public void Dispose()
    {
        _flow.Dispose(); // First: its threads use the rest.
        _decoders.Dispose();
    }

    private void Start(FramePart part, long at)
    {
        _flow.Enter();
        ChunkDecoder? decoder = part.Kind == FramePartKind.Chunk ? _decoders.Take(_flow.Stop) : null;
        Task proven = _flow.Then(Task.CompletedTask, () =>
        {
            if (decoder is null)
            {
                CompareRun(part, at);
                return;
            }

            decoder.Prove(part, at, Report, _flow.Stop);
            _decoders.Return(decoder);
        });
        _flow.Leave(() => { }, proven);
    }

    /// <summary>A reset or a gap: its bytes are known, and so is what they decode to.</summary>
    private void CompareRun(FramePart part, long at)
    {
        if (part.Kind == FramePartKind.Reset)
            Compare(at, ZstdFrame.Reset(part.Value), "zstd blocks of a cut");
        else
            CompareZeros(part, at);
        Report(part.ImageBytes);
    }

    private void CompareZeros(FramePart part, long at)
    {
        foreach (ReadOnlyMemory<byte> blocks in ZeroBlocks.For(
            part.ImageBytes, atFrameStart: at == ZstdFrame.HeaderSize))
        {
            _flow.Stop.ThrowIfCancellationRequested();
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

    private void Report(long bytes)
    {
        lock (_progress)
        {
            _done += bytes;
            _bytesDone?.Report(_done);
        }
    }

    private void Report(int bytes) => Report((long)bytes);
}
