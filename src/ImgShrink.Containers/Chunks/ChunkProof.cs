using System.IO.Hashing;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Chunks;

/// <summary>Proves a file that <see cref="ChunkWriter"/> made: every byte of it is decoded or compared.</summary>
/// <remarks>
/// Chunks are compared by the XXH3 of their content, taken from the same buffers as the SHA-256 of the image.
/// </remarks>
/// <param name="index">What was written, and where.</param>
/// <param name="format">How the chunks were made.</param>
/// <param name="fileBytes">Length of the file.</param>
internal sealed class ChunkProof(ChunkIndex index, ChunkFormat format, long fileBytes) : IOutputProof
{
    private readonly BufferPool _encoded = new(format.LargestEncoded), _content = new(format.ChunkSize);

    /// <inheritdoc/>
    public void Prove(string path, int threads, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        using var decoders = new ContextPool<IChunkDecoder>(threads, format.NewDecoder);
        using var file = new ProofReader(path, threads, bytesDone, cancel); // Disposed of first: its threads use the decoders.
        file.RequireLength(fileBytes);
        file.Compare(0, index.Head, $"bytes before the first {format.ChunkName}");
        long at = index.Head.Length;
        file.Run(() =>
        {
            foreach (WrittenChunk chunk in index.Chunks)
            {
                Start(file, chunk, at, decoders);
                at += chunk.FileBytes;
            }
        });
        file.Compare(at, index.Tail, $"bytes behind the last {format.ChunkName}");
    }

    private void Start(ProofReader file, WrittenChunk chunk, long at, ContextPool<IChunkDecoder> decoders)
    {
        if (chunk.IsZeros)
        {
            file.Start(chunk.ImageBytes, () => file.Compare(at, format.EncodeZeros(chunk.ImageBytes), $"{format.ChunkName} of zeros"));
            return;
        }

        IChunkDecoder decoder = decoders.Take(file.Stop);
        file.Start(chunk.ImageBytes, () =>
        {
            Compare(file, chunk, at, decoder);
            decoders.Return(decoder);
        });
    }

    private void Compare(ProofReader file, WrittenChunk chunk, long at, IChunkDecoder decoder)
    {
        byte[] encoded = _encoded.Take(), content = _content.Take();
        Span<byte> bytes = encoded.AsSpan(0, chunk.FileBytes), image = content.AsSpan(0, chunk.ImageBytes);
        file.Read(at, bytes);
        if (XxHash3.HashToUInt64(bytes) != chunk.FileChecksum)
            throw Damaged("its bytes are not those that were written");
        try
        {
            decoder.Decode(bytes, image);
        }
        catch (InvalidDataException cause)
        {
            throw Damaged(cause.Message);
        }

        if (XxHash3.HashToUInt64(image) != chunk.ContentChecksum)
            throw Damaged("it does not decode to the bytes that were compressed");
        _encoded.Return(encoded);
        _content.Return(content);

        VerificationException Damaged(string how) => new($"{file.Path}: the {format.ChunkName} at byte {at} is damaged: {how}.");
    }
}
