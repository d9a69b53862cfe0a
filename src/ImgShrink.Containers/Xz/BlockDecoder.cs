using ImgShrink.Containers.Chunks;

namespace ImgShrink.Containers.Xz;

/// <summary>Decodes a block of an .xz stream as if it were the only one.</summary>
/// <remarks>
/// liblzma sees a stream's header, the block, and an index and a footer that fit. So it compares everything that the
/// block says of itself: the sizes in its header, its padding, its CRC64.
/// </remarks>
internal sealed class BlockDecoder : IChunkDecoder
{
    private readonly LzmaCoder _coder = new();

    public void Decode(ReadOnlySpan<byte> encoded, Span<byte> content)
    {
        _coder.StartDecoder(concatenated: false);
        var block = (encoded.Length - XzStructures.PaddingOf(encoded), content.Length);
        int written = 0;
        LibLzma.Result result = Take(XzStructures.StreamHeader(), content, isLast: false, ref written);
        if (result == LibLzma.Result.Ok)
            result = Take(encoded, content, isLast: false, ref written);
        if (result == LibLzma.Result.Ok)
            result = Take(XzStructures.IndexAndFooter([block]), content, isLast: true, ref written);
        if (result != LibLzma.Result.StreamEnd)
            throw new InvalidDataException(LzmaCoder.Explain(result));
        if (written != content.Length)
            throw new InvalidDataException($"it decodes to {written} bytes, expected {content.Length}");
    }

    public void Dispose() => _coder.Dispose();

    private LibLzma.Result Take(ReadOnlySpan<byte> part, Span<byte> content, bool isLast, ref int written)
    {
        var (_, count, result) = _coder.Run(part, content[written..], isLast, CancellationToken.None);
        written += count;
        return result;
    }
}
