using System.IO.Hashing;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Zstd;

/// <summary>
/// Reads back a frame that <see cref="FrameWriter"/> made: every byte of the file is compared, on several threads.
/// </summary>
/// <remarks>
/// That the chunks decode to the bytes from which the SHA-256 of the image was taken was found out when they were made
/// (<see cref="ChunkDecoder"/>). So it is left to prove that the file holds these chunks, which their XXH3 tells, and
/// that what stands between them is what it should be.
/// </remarks>
internal sealed class FrameProof : IDisposable
{
    private const int ReadSize = 1 << 20;

    private readonly RawImageFile _file;
    private readonly IProgress<long>? _bytesDone;
    private readonly BufferPool _buffers = new(ReadSize);
    private readonly PieceFlow _flow;
    private readonly Lock _progress = new();
    private long _done;

    public FrameProof(RawImageFile file, int threads, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        (_file, _bytesDone) = (file, bytesDone);
        _flow = new PieceFlow(places: threads, threads, cancel);
    }

    /// <summary>Does all of it, once.</summary>
    /// <exception cref="VerificationException">The file is not what was written.</exception>
    public void Prove(WrittenImage expected, FrameIndex index)
    {
        if (_file.Length != expected.FileBytes)
            throw new VerificationException($"{_file.Path} has {_file.Length} bytes, expected {expected.FileBytes}.");
        Compare(0, ZstdFrame.Header(expected.ImageBytes, withChecksum: true), "zstd frame header");
        long at = ZstdFrame.HeaderSize;
        _flow.Run(() =>
        {
            foreach (FramePart part in index.Parts)
            {
                Start(part, at);
                at += part.FileBytes;
            }
        });
        Compare(at, ZstdFrame.Trailer(index.ContentChecksum), "end of the zstd frame, with its checksum,");
    }

    public void Dispose() => _flow.Dispose();

    private void Start(FramePart part, long at)
    {
        _flow.Enter();
        Task proven = _flow.Then(Task.CompletedTask, () =>
        {
            if (part.Kind == FramePartKind.Chunk)
                CompareChunk(part, at);
            else if (part.Kind == FramePartKind.Reset)
                Compare(at, ZstdFrame.Reset(part.Value), "zstd blocks of a cut");
            else
                CompareZeros(part, at);
            Report(part.ImageBytes);
        });
        _flow.Leave(() => { }, proven);
    }

    private void CompareChunk(FramePart part, long start)
    {
        byte[] buffer = _buffers.Take();
        var sum = new XxHash3();
        for (long at = start; at < start + part.FileBytes;)
        {
            _flow.Stop.ThrowIfCancellationRequested();
            Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(buffer.Length, start + part.FileBytes - at));
            _file.Read(at, bytes);
            sum.Append(bytes);
            at += bytes.Length;
        }

        _buffers.Return(buffer);
        if (sum.GetCurrentHashAsUInt64() != part.FileChecksum)
            throw new VerificationException(
                $"{_file.Path}: the zstd blocks from byte {start} on are not the {part.FileBytes} bytes that were written.");
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
}
