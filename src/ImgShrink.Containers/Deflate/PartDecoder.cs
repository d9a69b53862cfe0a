using System.IO.Compression;
using ImgShrink.Containers.Chunks;

namespace ImgShrink.Containers.Deflate;

/// <summary>Decodes a part of a deflate stream as if it were a stream of its own.</summary>
internal sealed class PartDecoder : IChunkDecoder
{
    public void Decode(ReadOnlySpan<byte> encoded, Span<byte> content)
    {
        using var stream = new DeflateStream(
            new MemoryStream([.. encoded, .. DeflateFormat.End]), CompressionMode.Decompress);
        int count = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        if (count < content.Length)
            throw new InvalidDataException($"it decodes to {count} bytes, expected {content.Length}");
        if (stream.ReadByte() >= 0)
            throw new InvalidDataException($"it decodes to more than {content.Length} bytes");
    }

    public void Dispose()
    {
    }
}
