namespace ImgShrink.Containers.Zstd;

/// <summary>A piece of an image on its way into a frame.</summary>
/// <param name="Stretch">Where it lies in the image, the bytes of its reset included.</param>
/// <param name="Buffer">Its bytes, from index 0 on; null for zeros.</param>
/// <param name="StartsChunk">Whether a chunk starts with it.</param>
/// <param name="EndsChunk">
/// Whether the chunk ends with it; one without a place to cut goes on in the next piece.
/// </param>
/// <param name="HasReset">
/// Whether 17 of its bytes are to be a reset: the last ones of data, the first ones of zeros.
/// </param>
internal sealed record Piece(Stretch Stretch, byte[]? Buffer, bool StartsChunk, bool EndsChunk, bool HasReset)
{
    /// <summary>All of its bytes; empty for zeros.</summary>
    public ReadOnlySpan<byte> Bytes => Buffer is null ? [] : Buffer.AsSpan(0, (int)Stretch.Length);

    /// <summary>The bytes that go through the compressor.</summary>
    public ReadOnlySpan<byte> ChunkBytes => Bytes[..^(HasReset ? ZstdFrame.ResetContent : 0)];
}
