using ImgShrink.Containers.Chunks;
using static ImgShrink.Containers.Zstd.LibZstd;

namespace ImgShrink.Containers.Zstd;

/// <summary>Decodes frames one by one; libzstd compares the content's size and its checksum.</summary>
internal sealed unsafe class FrameDecoder : IChunkDecoder
{
    private readonly DecompressorHandle _libzstd = NewDecompressor();

    public void Decode(ReadOnlySpan<byte> encoded, Span<byte> content)
    {
        Checked(Reset(_libzstd, ResetSessionOnly));
        fixed (byte* from = encoded, to = content)
        {
            var input = new LibZstd.Buffer { Bytes = from, Size = (nuint)encoded.Length };
            var output = new LibZstd.Buffer { Bytes = to, Size = (nuint)content.Length };
            nuint left = 1;
            bool moved = true;
            while (left != 0 && moved)
            {
                nuint before = input.Position + output.Position;
                left = Decompress(_libzstd, ref output, ref input);
                if (HasFailed(left))
                    throw new InvalidDataException(ErrorName(left));
                moved = input.Position + output.Position > before;
            }

            if (left != 0)
                throw new InvalidDataException("it is cut short, or decodes to more bytes than were compressed");
            if (output.Position != output.Size || input.Position != input.Size)
                throw new InvalidDataException($"it decodes to {output.Position} bytes, expected {output.Size}");
        }
    }

    public void Dispose() => _libzstd.Dispose();
}
