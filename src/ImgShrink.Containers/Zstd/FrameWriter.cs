using System.IO.Hashing;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Zstd;

/// <summary>Writes an image as one standard zstd frame, compressed on several threads.</summary>
/// <remarks>
/// The calling thread reads and cuts. Behind it, side by side: SHA-256, XXH64, the chunks through libzstd and, for the
/// proof, back again, and the writing, each in the order of the image; chunks overtake each other only inside of the
/// compression step.
/// </remarks>
internal sealed class FrameWriter : IDisposable
{
    // One piece being read and one waiting to be written, beside those in the compressors.
    private const int PiecesBeside = 2;

    // SHA-256 and the writing run beside the compressors.
    private const int ThreadsBeside = 2;

    private readonly TargetView _image;
    private readonly OutputWriter _file;
    private readonly IProgress<long>? _bytesDone;
    private readonly bool _proves;
    private readonly ImageHash _hash = new();
    private readonly XxHash64 _contentSum = new();
    private readonly FrameIndex _index = new();
    private readonly ChunkLimits _limits;
    private readonly BufferPool _inputs, _outputs;
    private readonly ContextPool<ChunkCompressor> _compressors;
    private readonly PieceFlow _flow;
    private Task _hashed = Task.CompletedTask, _summed = Task.CompletedTask;
    private Task _compressed = Task.CompletedTask, _written = Task.CompletedTask;
    private ChunkCompressor? _compressor; // That of the chunk being read.
    private long _fileAt;
    private readonly XxHash3 _chunkFileSum = new(); // These three, of the chunk being written.
    private long _chunkImageBytes, _chunkFileBytes;

    public FrameWriter(
        TargetView image, OutputWriter file, int level, ContainerOptions options, IProgress<long>? bytesDone,
            CancellationToken cancel)
    {
        (_image, _file, _bytesDone, _proves) = (image, file, bytesDone, options.Proves);
        _limits = ChunkLimits.At(level);
        (_inputs, _outputs) = (new BufferPool(_limits.Buffer), new BufferPool(ChunkCompressor.OutputSize(_limits)));
        int threads = options.ThreadsWithin(_limits.MemoryPerThread);
        _compressors = new ContextPool<ChunkCompressor>(threads, () => new ChunkCompressor(level, _proves));
        _flow = new PieceFlow(threads + PiecesBeside, threads + ThreadsBeside, cancel);
    }

    /// <summary>Does all of it, once.</summary>
    public WrittenImage Write()
    {
        Append(ZstdFrame.Header(_image.Length, withChecksum: true));
        using (var reader = new ForwardReader(_image, _flow.Stop))
        {
            var cutter = new ChunkCutter(reader, _limits, _inputs, _flow.Enter);
            _flow.Run(() =>
            {
                foreach (Piece piece in cutter.Cut(Stretch.Of(_image, ChunkCutter.SmallestGap)))
                    Start(piece);
            });
        }

        _index.ContentChecksum = _contentSum.GetCurrentHashAsUInt64();
        Append(ZstdFrame.Trailer(_index.ContentChecksum));
        _file.Flush();
        return new WrittenImage(_hash.Length, _hash.Finish(), _fileAt)
        {
            Proof = _proves ? new FrameProof(_index, _hash.Length, _fileAt) : null,
        };
    }

    public void Dispose()
    {
        _flow.Dispose(); // First: its threads use the rest.
        _compressors.Dispose();
        _hash.Dispose();
    }

    private void Start(Piece piece)
    {
        if (piece.Buffer is null)
            StartZeros(piece);
        else
            StartData(piece, piece.Buffer);
    }

    private void StartZeros(Piece piece)
    {
        _hashed = _flow.Then(_hashed, () => _hash.AppendZeros(piece.Stretch.Length, _flow.Stop));
        _summed = _flow.Then(_summed, () =>
        {
            foreach (ReadOnlyMemory<byte> zeros in ZeroRun.Of(piece.Stretch.Length, _flow.Stop))
                _contentSum.Append(zeros.Span);
        });
        _written = _flow.Then(_written, () => WriteZeros(piece));
        _flow.Leave(() => { }, _hashed, _summed, _written);
    }

    private void StartData(Piece piece, byte[] input)
    {
        if (piece.StartsChunk)
            (_compressor, _compressed) = (_compressors.Take(_flow.Stop), Task.CompletedTask);
        ChunkCompressor compressor = _compressor!;
        byte[] output = _outputs.Take();
        (int Start, int End) blocks = default;

        _hashed = _flow.Then(_hashed, () => _hash.Append(piece.Bytes));
        _summed = _flow.Then(_summed, () => _contentSum.Append(piece.Bytes));
        _compressed = _flow.Then(_compressed, () =>
        {
            blocks = compressor.Compress(piece.ChunkBytes, output, piece.StartsChunk, piece.EndsChunk, _flow.Stop);
            if (piece.EndsChunk)
                _compressors.Return(compressor);
        });
        _written = _flow.Then(Task.WhenAll(_written, _compressed), () =>
            WriteData(piece, output.AsSpan(blocks.Start..blocks.End)));
        _flow.Leave(
            () =>
            {
                _inputs.Return(input);
                _outputs.Return(output);
            },
            _hashed, _summed, _written);
    }

    private void WriteData(Piece piece, ReadOnlySpan<byte> blocks)
    {
        Append(blocks);
        _chunkImageBytes += piece.ChunkBytes.Length;
        _chunkFileBytes += blocks.Length;
        _chunkFileSum.Append(blocks);
        if (piece.EndsChunk)
        {
            _index.Add(new FramePart(
                FramePartKind.Chunk, 0, _chunkImageBytes, _chunkFileBytes, _chunkFileSum.GetCurrentHashAsUInt64()));
            (_chunkImageBytes, _chunkFileBytes) = (0, 0);
            _chunkFileSum.Reset();
        }

        if (piece.HasReset)
            WriteReset(piece.Bytes[^1]);
        _bytesDone?.Report(piece.Stretch.End);
    }

    private void WriteZeros(Piece piece)
    {
        if (piece.HasReset)
            WriteReset(0);
        long count = piece.Stretch.Length - (piece.HasReset ? ZstdFrame.ResetContent : 0);
        long start = _fileAt;
        foreach (ReadOnlyMemory<byte> blocks in ZeroBlocks.For(count, atFrameStart: start == ZstdFrame.HeaderSize))
            Append(blocks.Span);
        _index.Add(new FramePart(FramePartKind.Zeros, 0, count, _fileAt - start));
        _bytesDone?.Report(piece.Stretch.End);
    }

    private void WriteReset(byte value)
    {
        byte[] reset = ZstdFrame.Reset(value);
        Append(reset);
        _index.Add(new FramePart(FramePartKind.Reset, value, ZstdFrame.ResetContent, reset.Length));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _file.Write(_fileAt, bytes);
        _fileAt += bytes.Length;
    }
}
