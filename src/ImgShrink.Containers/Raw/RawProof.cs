using System.IO.Hashing;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Raw;

/// <summary>A part of a raw image that was written.</summary>
/// <param name="Range">Where it lies.</param>
/// <param name="Checksum">XXH3 of its bytes.</param>
internal readonly record struct RawPiece(ByteRange Range, ulong Checksum)
{
    public static RawPiece Of(long start, ReadOnlySpan<byte> bytes) =>
        new(new ByteRange(start, bytes.Length), XxHash3.HashToUInt64(bytes));
}

/// <summary>Reads a raw image back: every piece is compared, on several threads, and the rest must be zero.</summary>
/// <remarks>
/// Checksums of pieces were taken from the same buffers as the SHA-256 of the image, so a second SHA-256, which must be
/// taken in order and by one thread, would prove nothing more.
/// </remarks>
internal sealed class RawProof : IDisposable
{
    private readonly RawImageFile _file;
    private readonly IProgress<long>? _bytesDone;
    private readonly BufferPool _buffers = new(RawContainer.PieceSize);
    private readonly PieceFlow _flow;
    private Task _reported = Task.CompletedTask;

    public RawProof(RawImageFile file, int threads, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        (_file, _bytesDone) = (file, bytesDone);
        _flow = new PieceFlow(places: threads + 1, threads, cancel);
    }

    /// <summary>Does all of it, once.</summary>
    /// <param name="pieces">What was written, ascending.</param>
    /// <exception cref="VerificationException">The file is not what was written.</exception>
    public void Prove(IReadOnlyList<RawPiece> pieces)
    {
        RangeSet stored = _file.DataRanges();
        _flow.Run(() =>
        {
            long at = 0;
            foreach (RawPiece piece in pieces)
            {
                StartZeros(ByteRange.Between(at, piece.Range.Start), stored);
                Start(piece.Range, bytes => XxHash3.HashToUInt64(bytes) == piece.Checksum);
                at = piece.Range.End;
            }

            StartZeros(ByteRange.Between(at, _file.Length), stored);
        });
        _bytesDone?.Report(_file.Length);
    }

    public void Dispose() => _flow.Dispose();

    /// <summary>What nothing was written to is a hole, or reads as zero where the file system keeps none.</summary>
    private void StartZeros(ByteRange gap, RangeSet stored)
    {
        if (gap.Length == 0)
            return;
        foreach (ByteRange range in RangeSet.Of(gap).Intersect(stored).Ranges())
        {
            // The set counts whole sectors; the file may end within its last one.
            for (long at = Math.Max(range.Start, gap.Start), end = Math.Min(range.End, gap.End); at < end;)
            {
                var part = new ByteRange(at, Math.Min(RawContainer.PieceSize, end - at));
                Start(part, bytes => !bytes.ContainsAnyExcept((byte)0));
                at = part.End;
            }
        }
    }

    private delegate bool Check(ReadOnlySpan<byte> bytes);

    private void Start(ByteRange range, Check isRight)
    {
        _flow.Enter();
        byte[] buffer = _buffers.Take();
        Task proven = _flow.Then(Task.CompletedTask, () =>
        {
            Span<byte> bytes = buffer.AsSpan(0, (int)range.Length);
            _file.Read(range.Start, bytes);
            if (!isRight(bytes))
                throw new VerificationException($"{_file.Path}: bytes {range} are not those that were written.");
        });
        _reported = _flow.Then(Task.WhenAll(_reported, proven), () => _bytesDone?.Report(range.End));
        _flow.Leave(() => _buffers.Return(buffer), proven, _reported);
    }
}
