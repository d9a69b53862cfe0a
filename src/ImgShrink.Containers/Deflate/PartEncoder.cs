using System.IO.Compression;
using ImgShrink.Containers.Chunks;

namespace ImgShrink.Containers.Deflate;

/// <summary>Compresses parts of a deflate stream.</summary>
internal sealed class PartEncoder(int level) : IChunkEncoder
{
    // Bytes between two looks at a cancellation.
    private const int Portion = 256 << 10;

    private readonly MemoryStream _output = new();

    public Span<byte> Encode(ReadOnlySpan<byte> content, Span<byte> into, CancellationToken stop)
    {
        _output.SetLength(0);
        using var deflate = new DeflateStream(
            _output, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true);
        for (int at = 0; at < content.Length; at += Portion)
        {
            stop.ThrowIfCancellationRequested();
            deflate.Write(content.Slice(at, Math.Min(Portion, content.Length - at)));
        }

        deflate.Flush(); // Z_SYNC_FLUSH; what disposing adds behind it is not taken.
        if (_output.Length > StoredBlocks.SizeOf(content.Length))
            return StoredBlocks.Put(content, into); // Level 1 of zlib-ng makes noise 6 % larger.
        Span<byte> part = into[..(int)_output.Length];
        _output.GetBuffer().AsSpan(0, part.Length).CopyTo(part);
        return part;
    }

    public void Dispose() => _output.Dispose();
}
