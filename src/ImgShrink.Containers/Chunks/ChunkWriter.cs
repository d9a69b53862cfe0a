using System.IO.Hashing;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Chunks;

/// <summary>Writes an image as a row of chunks that are encoded on several threads.</summary>
/// <remarks>
/// The calling thread reads. Behind it, side by side: SHA-256, the encoding, and the writing, each in the order of the
/// image; chunks overtake each other only inside of the encoding step.
/// </remarks>
internal sealed class ChunkWriter : IDisposable
{
    // One chunk being read and one waiting to be written, beside those in the encoders.
    private const int ChunksBeside = 2;

    // SHA-256 and the writing run beside the encoders.
    private const int ThreadsBeside = 2;

    private readonly TargetView _image;
    private readonly OutputWriter _file;
    private readonly ChunkFormat _format;
    private readonly IProgress<long>? _bytesDone;
    private readonly ImageHash _hash = new();
    private readonly ChunkIndex _index = new();
    private readonly BufferPool _inputs, _outputs;
    private readonly ContextPool<IChunkEncoder> _encoders;
    private readonly PieceFlow _flow;
    private Task _hashed = Task.CompletedTask, _written = Task.CompletedTask;
    private long _imageAt, _fileAt; // Bytes written so far.

    /// <param name="image">The content.</param>
    /// <param name="file">Where to write.</param>
    /// <param name="format">How chunks are made.</param>
    /// <param name="options">How many threads encode, within how much memory.</param>
    /// <param name="bytesDone">Told how many bytes of the image are written.</param>
    /// <param name="cancel">Stops the work.</param>
    public ChunkWriter(
        TargetView image, OutputWriter file, ChunkFormat format, ContainerOptions options, IProgress<long>? bytesDone,
        CancellationToken cancel)
    {
        int threads = options.ThreadsWithin(format.MemoryPerThread);
        (_image, _file, _format, _bytesDone) = (image, file, format, bytesDone);
        (_inputs, _outputs) = (new BufferPool(format.ChunkSize), new BufferPool(format.LargestEncoded));
        _encoders = new ContextPool<IChunkEncoder>(threads, format.NewEncoder);
        _flow = new PieceFlow(threads + ChunksBeside, threads + ThreadsBeside, cancel);
    }

    /// <summary>Told all bytes of the image too, in order, on one thread: a checksum that the format has.</summary>
    public NonCryptographicHashAlgorithm? ImageChecksum { get; init; }

    /// <summary>Does all of it, once.</summary>
    /// <param name="head">What stands before the first chunk while they are written.</param>
    /// <param name="around">
    /// Makes what stands before the first chunk, in as many bytes, and behind the last; both may depend on all chunks.
    /// </param>
    public WrittenImage Write(
        byte[] head, Func<IReadOnlyList<WrittenChunk>, (byte[] Head, byte[] Tail)> around)
    {
        Append(head);
        using (var reader = new ForwardReader(_image, _flow.Stop))
        {
            _flow.Run(() =>
            {
                foreach (Stretch chunk in Cut(_image, _format))
                    Start(chunk, reader);
            });
        }

        (_index.Head, _index.Tail) = around(_index.Chunks);
        Append(_index.Tail);
        _file.Write(0, _index.Head);
        _file.Flush();
        return new WrittenImage(_hash.Length, _hash.Finish(), _fileAt) { Proof = new ChunkProof(_index, _format, _fileAt) };
    }

    public void Dispose()
    {
        _flow.Dispose(); // First: its threads use the rest.
        _encoders.Dispose();
        _hash.Dispose();
    }

    /// <summary>The chunks of an image, in order.</summary>
    internal static IEnumerable<Stretch> Cut(TargetView image, ChunkFormat format)
    {
        long at = 0;
        foreach (Stretch gap in Stretch.Of(image, format.SmallestGap).Where(stretch => stretch.IsZeros)
            .Select(stretch => stretch with { Length = stretch.Length / format.ZerosUnit * format.ZerosUnit })
            .Where(gap => gap.Length > 0).Append(new Stretch(image.Length, 0, IsZeros: true)))
        {
            for (; at < gap.Start; at += Math.Min(format.ChunkSize, gap.Start - at))
                yield return new Stretch(at, Math.Min(format.ChunkSize, gap.Start - at), IsZeros: false);
            for (; at < gap.End; at += Math.Min(format.MostZeros, gap.End - at))
                yield return new Stretch(at, Math.Min(format.MostZeros, gap.End - at), IsZeros: true);
        }
    }

    private void Start(Stretch chunk, ForwardReader reader)
    {
        _flow.Enter();
        if (chunk.IsZeros)
            StartZeros(chunk);
        else
            StartData(chunk, reader);
    }

    private void StartZeros(Stretch chunk)
    {
        _hashed = _flow.Then(_hashed, () =>
        {
            foreach (ReadOnlyMemory<byte> zeros in ZeroRun.Of(chunk.Length, _flow.Stop))
                TakeIn(zeros.Span);
        });
        _written = _flow.Then(_written, () =>
        {
            byte[] encoded = _format.EncodeZeros((int)chunk.Length);
            Append(encoded, new WrittenChunk(
                IsZeros: true, (int)chunk.Length, encoded.Length, _format.PaddingOf(encoded)));
        });
        _flow.Leave(() => { }, _hashed, _written);
    }

    private void StartData(Stretch chunk, ForwardReader reader)
    {
        byte[] input = _inputs.Take(), output = _outputs.Take();
        int length = (int)chunk.Length;
        reader.Read(chunk.Start, input.AsSpan(0, length));
        IChunkEncoder encoder = _encoders.Take(_flow.Stop);
        WrittenChunk written = default;
        Range place = default;

        _hashed = _flow.Then(_hashed, () => TakeIn(input.AsSpan(0, length)));
        Task encoded = _flow.Then(Task.CompletedTask, () =>
        {
            ReadOnlySpan<byte> content = input.AsSpan(0, length);
            Span<byte> bytes = encoder.Encode(content, output, _flow.Stop);
            _encoders.Return(encoder);
            output.AsSpan().Overlaps(bytes, out int start);
            place = start..(start + bytes.Length);
            written = new WrittenChunk(
                IsZeros: false, length, bytes.Length, _format.PaddingOf(bytes), XxHash3.HashToUInt64(content),
                XxHash3.HashToUInt64(bytes));
        });
        _written = _flow.Then(Task.WhenAll(_written, encoded), () => Append(output.AsSpan(place), written));
        _flow.Leave(
            () =>
            {
                _inputs.Return(input);
                _outputs.Return(output);
            },
            _hashed, _written);
    }

    private void TakeIn(ReadOnlySpan<byte> bytes)
    {
        _hash.Append(bytes);
        ImageChecksum?.Append(bytes);
    }

    private void Append(ReadOnlySpan<byte> bytes, WrittenChunk chunk)
    {
        Append(bytes);
        _index.Add(chunk);
        _imageAt += chunk.ImageBytes;
        _bytesDone?.Report(_imageAt);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _file.Write(_fileAt, bytes);
        _fileAt += bytes.Length;
    }
}
