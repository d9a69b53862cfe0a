using ImgShrink.Containers.Chunks;

namespace ImgShrink.Containers.Zstd;

/// <summary>Compresses frames with the content's size in their header and a checksum at their end.</summary>
/// <param name="level">The compression level, 1 to 19: none of them has a window larger than 8 MiB.</param>
internal sealed class FrameEncoder(int level) : IChunkEncoder
{
    private readonly Compressor _compressor = new(level, withChecksum: true);

    public Span<byte> Encode(ReadOnlySpan<byte> content, Span<byte> into, CancellationToken stop)
    {
        _compressor.SetContentSize(content.Length);
        return into[.._compressor.Run(content, into, LibZstd.End.Frame, stop)];
    }

    public void Dispose() => _compressor.Dispose();
}
