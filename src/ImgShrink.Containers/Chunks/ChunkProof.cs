using System.IO.Hashing;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Chunks;

/// <summary>
/// Reads back a file that <see cref="ChunkWriter"/> made: every byte of it is decoded or compared, on several threads.
/// </summary>
/// <remarks>
/// Chunks are compared by the XXH3 of their content, taken from the same buffers as the SHA-256 of the image.
/// </remarks>
internal sealed class ChunkProof : IDisposable
{
    private readonly RawImageFile _file;
    private readonly ChunkFormat _format;
    private readonly IProgress<long>? _bytesDone;
    private readonly BufferPool _encoded, _content;
    private readonly ContextPool<IChunkDecoder> _decoders;
    private readonly PieceFlow _flow;
    private readonly Lock _progress = new();
    private long _done;

    private ChunkProof(
        RawImageFile file, ChunkFormat format, int threads, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        (_file, _format, _bytesDone) = (file, format, bytesDone);
        (_encoded, _content) = (new BufferPool(format.LargestEncoded), new BufferPool(format.ChunkSize));
        _decoders = new ContextPool<IChunkDecoder>(threads, format.NewDecoder);
        _flow = new PieceFlow(places: threads, threads, cancel);
    }

    /// <summary>Proves the file at <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What the writer returned for it.</param>
    /// <param name="format">How its chunks were made.</param>
    /// <param name="options">Number of threads.</param>
    /// <param name="bytesDone">Told how many bytes of the image are proven.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="VerificationException">The file is not what was written.</exception>
    public static void Prove(
        string path, WrittenImage expected, ChunkFormat format, ContainerOptions options, IProgress<long>? bytesDone,
        CancellationToken cancel)
    {
        using var file = new RawImageFile(path);
        using var proof = new ChunkProof(file, format, options.ThreadCount, bytesDone, cancel);
        proof.Prove(expected, expected.Chunks!);
    }

    public void Dispose()
    {
        _flow.Dispose(); // First: its threads use the rest.
        _decoders.Dispose();
    }

    private void Prove(WrittenImage expected, ChunkIndex index)
    {
        if (_file.Length != expected.FileBytes)
            throw new VerificationException($"{_file.Path} has {_file.Length} bytes, expected {expected.FileBytes}.");
        Compare(0, index.Head, $"bytes before the first {_format.ChunkName}");
        long at = index.Head.Length;
        _flow.Run(() =>
        {
            foreach (WrittenChunk chunk in index.Chunks)
            {
                Start(chunk, at);
                at += chunk.FileBytes;
            }
        });
        Compare(at, index.Tail, $"bytes behind the last {_format.ChunkName}");
    }

    private void Start(WrittenChunk chunk, long at)
    {
        _flow.Enter();
        IChunkDecoder? decoder = chunk.IsZeros ? null : _decoders.Take(_flow.Stop);
        Task proven = _flow.Then(Task.CompletedTask, () =>
        {
            if (decoder is null)
            {
                Compare(at, _format.EncodeZeros(chunk.ImageBytes), $"{_format.ChunkName} of zeros");
            }
            else
            {
                Decode(decoder, chunk, at);
                _decoders.Return(decoder);
            }

            Report(chunk.ImageBytes);
        });
        _flow.Leave(() => { }, proven);
    }

    private void Decode(IChunkDecoder decoder, WrittenChunk chunk, long at)
    {
        byte[] encoded = _encoded.Take(), content = _content.Take();
        Span<byte> bytes = encoded.AsSpan(0, chunk.FileBytes), image = content.AsSpan(0, chunk.ImageBytes);
        _file.Read(at, bytes);
        if (XxHash3.HashToUInt64(bytes) != chunk.FileChecksum)
            throw Damaged(at, "its bytes are not those that were written");
        try
        {
            decoder.Decode(bytes, image);
        }
        catch (InvalidDataException cause)
        {
            throw Damaged(at, cause.Message);
        }

        if (XxHash3.HashToUInt64(image) != chunk.ContentChecksum)
            throw Damaged(at, "it does not decode to the bytes that were compressed");
        _encoded.Return(encoded);
        _content.Return(content);
    }

    private void Compare(long at, ReadOnlySpan<byte> expected, string what)
    {
        byte[] found = _file.ReadBytes(at, expected.Length);
        int difference = expected.CommonPrefixLength(found);
        if (difference < expected.Length)
            throw new VerificationException(
                $"{_file.Path}: the {what} from byte {at} on differ: byte {at + difference} is 0x{found[difference]:X2}, expected 0x{expected[difference]:X2}.");
    }

    private VerificationException Damaged(long at, string how) =>
        new($"{_file.Path}: the {_format.ChunkName} at byte {at} is damaged: {how}.");

    private void Report(long bytes)
    {
        lock (_progress)
        {
            _done += bytes;
            _bytesDone?.Report(_done);
        }
    }
}
