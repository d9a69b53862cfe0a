using static ImgShrink.Containers.Zstd.LibZstd;

namespace ImgShrink.Containers.Zstd;

/// <summary>A compressor of libzstd; one frame after the other keeps its memory.</summary>
/// <remarks>Not for several threads at once.</remarks>
internal sealed unsafe class Compressor : IDisposable
{
    // Up to here a chunk takes a fraction of a second.
    private const int LastLevelInOneGo = 9;

    private readonly CompressorHandle _libzstd = NewCompressor();
    private readonly int _portion; // Bytes between two looks at a cancellation.

    /// <param name="level">The compression level, 1 to 19.</param>
    /// <param name="withChecksum">Whether frames end with the checksum of their content.</param>
    public Compressor(int level, bool withChecksum)
    {
        Checked(SetParameter(_libzstd, CompressionLevel, level));
        Checked(SetParameter(_libzstd, ChecksumFlag, withChecksum ? 1 : 0));
        _portion = level <= LastLevelInOneGo ? int.MaxValue : 256 << 10;
    }

    /// <summary>Says how many bytes the next frame is going to hold, before the first of them.</summary>
    public void SetContentSize(int bytes) => Checked(LibZstd.SetContentSize(_libzstd, (ulong)bytes));

    /// <summary>Compresses the next bytes of a frame, and gives the number of those that came out.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="into">Gets all that they become.</param>
    /// <param name="end">Whether the frame ends with them, or only what the compressor holds back.</param>
    /// <param name="stop">Asked again and again where it takes long.</param>
    public int Run(ReadOnlySpan<byte> content, Span<byte> into, End end, CancellationToken stop)
    {
        fixed (byte* from = content, to = into)
        {
            var input = new LibZstd.Buffer { Bytes = from };
            var output = new LibZstd.Buffer { Bytes = to, Size = (nuint)into.Length };
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                int portion = Math.Min(_portion, content.Length - (int)input.Position);
                input.Size = input.Position + (nuint)portion;
                bool isLast = (int)input.Size == content.Length;
                nuint left = Checked(Compress(_libzstd, ref output, ref input, isLast ? end : End.Continue));
                if (isLast && left == 0)
                    return (int)output.Position;
                if (output.Position == output.Size)
                    throw new InvalidOperationException($"{content.Length} bytes did not fit into {into.Length} when compressed.");
            }
        }
    }

    public void Dispose() => _libzstd.Dispose();
}
