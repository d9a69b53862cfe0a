using System.IO.Hashing;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Zstd;

/// <summary>Proves a frame that <see cref="FrameWriter"/> made: every byte of the file is compared.</summary>
/// <remarks>
/// That the chunks decode to the bytes from which the SHA-256 of the image was taken was found out when they were made
/// (<see cref="ChunkDecoder"/>). So it is left to prove that the file holds these chunks, which their XXH3 tells, and
/// that what stands between them is what it should be.
/// </remarks>
/// <param name="index">What was written, and where.</param>
/// <param name="imageBytes">Length of the image.</param>
/// <param name="fileBytes">Length of the file.</param>
internal sealed class FrameProof(FrameIndex index, long imageBytes, long fileBytes) : IOutputProof
{
    private readonly BufferPool _buffers = new(1 << 20);

    /// <inheritdoc/>
    public void Prove(string path, int threads, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        using var file = new ProofReader(path, threads, bytesDone, cancel);
        file.RequireLength(fileBytes);
        file.Compare(0, ZstdFrame.Header(imageBytes, withChecksum: true), "zstd frame header");
        long at = ZstdFrame.HeaderSize;
        file.Run(() =>
        {
            foreach (FramePart part in index.Parts)
            {
                Start(file, part, at);
                at += part.FileBytes;
            }
        });
        file.Compare(at, ZstdFrame.Trailer(index.ContentChecksum), "end of the zstd frame, with its checksum");
    }

    private void Start(ProofReader file, FramePart part, long at) => file.Start(part.ImageBytes, () =>
    {
        if (part.Kind == FramePartKind.Chunk)
            CompareChunk(file, part, at);
        else if (part.Kind == FramePartKind.Reset)
            file.Compare(at, ZstdFrame.Reset(part.Value), "zstd blocks of a cut");
        else
            CompareZeros(file, part, at);
    });

    private void CompareChunk(ProofReader file, FramePart part, long start)
    {
        byte[] buffer = _buffers.Take();
        var sum = new XxHash3();
        for (long at = start; at < start + part.FileBytes;)
        {
            file.Stop.ThrowIfCancellationRequested();
            Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(buffer.Length, start + part.FileBytes - at));
            file.Read(at, bytes);
            sum.Append(bytes);
            at += bytes.Length;
        }

        _buffers.Return(buffer);
        if (sum.GetCurrentHashAsUInt64() != part.FileChecksum)
            throw new VerificationException(
                $"{file.Path}: the zstd blocks from byte {start} on are not the {part.FileBytes} bytes that were written.");
    }

    private static void CompareZeros(ProofReader file, FramePart part, long at)
    {
        foreach (ReadOnlyMemory<byte> blocks in ZeroBlocks.For(part.ImageBytes, atFrameStart: at == ZstdFrame.HeaderSize))
        {
            file.Stop.ThrowIfCancellationRequested();
            file.Compare(at, blocks.Span, "zstd blocks of a gap");
            at += blocks.Length;
        }
    }
}
