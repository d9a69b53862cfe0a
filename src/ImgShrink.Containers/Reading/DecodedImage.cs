namespace ImgShrink.Containers;

/// <summary>An image that comes out of a decoder from front to back.</summary>
internal static class DecodedImage
{
    private const int PieceSize = 4 << 20;
    private const int PiecesInMemory = 3;

    /// <summary>Hashes the image while the next piece of it is decoded.</summary>
    /// <param name="fill">
    /// Fills a buffer with the next bytes of the image and gives their number, less than its size at the end only.
    /// </param>
    /// <param name="bytesDone">Told how many bytes of the image are decoded.</param>
    /// <param name="cancel">Stops the work.</param>
    public static ImageDigest Digest(Func<byte[], int> fill, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        var pieces = new BufferPool(PieceSize);
        using var hash = new ImageHash();
        using var flow = new PieceFlow(PiecesInMemory, threads: 1, cancel);
        Task hashed = Task.CompletedTask;
        int count = PieceSize;
        while (count == PieceSize)
        {
            flow.Enter();
            byte[] piece = pieces.Take();
            int filled = count = fill(piece);
            hashed = flow.Then(hashed, () =>
            {
                hash.Append(piece.AsSpan(0, filled));
                bytesDone?.Report(hash.Length);
            });
            flow.Leave(() => pieces.Return(piece), hashed);
        }

        flow.Finish();
        return hash.Finish();
    }
}
