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

/// <summary>Proves a raw image: every piece is compared, and the rest must be zero.</summary>
/// <remarks>
/// Checksums of pieces were taken from the same buffers as the SHA-256 of the image, so a second SHA-256, which must be
/// taken in order and by one thread, would prove nothing more.
/// </remarks>
/// <param name="pieces">What was written, ascending. 24 bytes each.</param>
/// <param name="imageBytes">Length of the image.</param>
internal sealed class RawProof(IReadOnlyList<RawPiece> pieces, long imageBytes) : IOutputProof
{
    private readonly BufferPool _buffers = new(RawContainer.PieceSize);

    private delegate bool Check(ReadOnlySpan<byte> bytes);

    /// <inheritdoc/>
    public void Prove(string path, int threads, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        using var file = new ProofReader(path, threads, bytesDone, cancel);
        file.RequireLength(imageBytes);
        RangeSet stored = file.DataRanges();
        file.Run(() =>
        {
            long at = 0;
            foreach (RawPiece piece in pieces)
            {
                StartZeros(file, ByteRange.Between(at, piece.Range.Start), stored);
                Start(file, piece.Range, bytes => XxHash3.HashToUInt64(bytes) == piece.Checksum);
                at = piece.Range.End;
            }

            StartZeros(file, ByteRange.Between(at, imageBytes), stored);
        });
    }

    /// <summary>What nothing was written to is a hole, or reads as zero where the file system keeps none.</summary>
    private void StartZeros(ProofReader file, ByteRange gap, RangeSet stored)
    {
        if (gap.Length == 0)
            return;
        long holes = gap.Length;
        foreach (ByteRange range in RangeSet.Of(gap).Intersect(stored).Ranges())
        {
            // The set counts whole sectors; the file may end within its last one.
            for (long at = Math.Max(range.Start, gap.Start), end = Math.Min(range.End, gap.End); at < end;)
            {
                var part = new ByteRange(at, Math.Min(RawContainer.PieceSize, end - at));
                Start(file, part, bytes => !bytes.ContainsAnyExcept((byte)0));
                at = part.End;
                holes -= part.Length;
            }
        }

        file.Pass(holes);
    }

    private void Start(ProofReader file, ByteRange range, Check isRight) => file.Start(range.Length, () =>
    {
        byte[] buffer = _buffers.Take();
        Span<byte> bytes = buffer.AsSpan(0, (int)range.Length);
        file.Read(range.Start, bytes);
        if (!isRight(bytes))
            throw new VerificationException($"{file.Path}: bytes {range} are not those that were written.");
        _buffers.Return(buffer);
    });
}
