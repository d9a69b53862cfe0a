using ImgShrink.Containers.Chunks;
using static ImgShrink.Containers.Zstd.LibZstd;

namespace ImgShrink.Containers.Zstd;

/// <summary>Compresses frames with the content's size in their header and a checksum at their end.</summary>
internal sealed unsafe class FrameEncoder : IChunkEncoder
{
    // Bytes between two looks at a cancellation.
    private const int Portion = 256 << 10;

    private readonly nint _context;

    /// <param name="level">The compression level, 1 to 19: none of them has a window larger than 8 MiB.</param>
    public FrameEncoder(int level)
    {
        _context = CreateCompressor();
        if (_context == 0)
            throw new InsufficientMemoryException("libzstd has no memory for another compressor; use fewer --threads.");
        Checked(SetParameter(_context, CompressionLevel, level));
        Checked(SetParameter(_context, ChecksumFlag, 1));
    }

    public Span<byte> Encode(ReadOnlySpan<byte> content, Span<byte> into, CancellationToken stop)
    {
        Checked(SetContentSize(_context, (ulong)content.Length));
        fixed (byte* from = content, to = into)
        {
            var output = new LibZstd.Buffer { Bytes = to, Size = (nuint)into.Length };
            var input = new LibZstd.Buffer { Bytes = from };
            nuint left = 1;
            while (left != 0)
            {
                stop.ThrowIfCancellationRequested();
                input.Size = (nuint)Math.Min(content.Length, (int)input.Position + Portion);
                bool isLast = (int)input.Size == content.Length;
                left = Checked(LibZstd.Compress(_context, ref output, ref input, isLast ? End.Frame : End.Continue));
                if (output.Position == output.Size && left != 0)
                    throw new InvalidOperationException($"{content.Length} bytes did not fit into {into.Length} when compressed.");
                if (!isLast)
                    left = 1;
            }

            return into[..(int)output.Position];
        }
    }

    public void Dispose() => FreeCompressor(_context);
}
