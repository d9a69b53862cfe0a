using ImgShrink.Blocks;
using static ImgShrink.Containers.Zstd.LibZstd;

namespace ImgShrink.Containers.Zstd;

/// <summary>Decodes what was made of a chunk, while both are in memory, and compares the two.</summary>
/// <remarks>
/// libzstd sees a header of ours, the chunk's blocks, and an empty last block. So a chunk is right only if it needs
/// nothing from what stands before it, if its blocks end exactly where the next part starts, and if none of them is marked
/// as the last. Not for several threads at once.
/// </remarks>
internal sealed unsafe class ChunkDecoder : IDisposable
{
    /// <summary>Bytes in front of the blocks that are written over, for the header.</summary>
    public const int RoomBefore = ZstdFrame.HeaderSize;

    /// <summary>Bytes behind the blocks that are written over, for the last block.</summary>
    public const int RoomBehind = ZstdFrame.BlockHeaderSize;

    private readonly DecompressorHandle _libzstd = NewDecompressor();

    // A byte more than the content: decoding that goes on behind its end shows.
    private readonly byte[] _decoded;

    /// <param name="largest">The bytes of the largest piece.</param>
    public ChunkDecoder(int largest) => _decoded = GC.AllocateUninitializedArray<byte>(largest + 1);

    /// <summary>Decodes the blocks of the next piece of a chunk and compares what comes out.</summary>
    /// <param name="buffer">
    /// The blocks, with <see cref="RoomBefore"/> bytes in front of them and <see cref="RoomBehind"/> behind.
    /// </param>
    /// <param name="start">The first byte of the blocks.</param>
    /// <param name="end">The byte behind them.</param>
    /// <param name="content">What they must decode to.</param>
    /// <param name="starts">Whether the piece is the first of its chunk.</param>
    /// <param name="ends">Whether it is the last.</param>
    /// <exception cref="VerificationException">They decode to something else, or not at all.</exception>
    public void Prove(
        Span<byte> buffer, int start, int end, ReadOnlySpan<byte> content, bool starts, bool ends)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(content.Length, _decoded.Length);
        if (starts)
        {
            Checked(Reset(_libzstd, ResetSessionOnly));
            // The length lets libzstd decode the chunk in one go, without a buffer of its own.
            ReadOnlySpan<byte> header = ends ? ZstdFrame.Header(content.Length, withChecksum: false)
                : ZstdFrame.HeaderOfUnknownLength;
            start -= header.Length;
            header.CopyTo(buffer[start..]);
        }

        if (ends)
        {
            ZstdFrame.EmptyLastBlock.CopyTo(buffer[end..]);
            end += ZstdFrame.EmptyLastBlock.Length;
        }

        int decoded = Decode(buffer[start..end], content.Length + 1, ends);
        if (decoded != content.Length || !content.SequenceEqual(_decoded.AsSpan(0, decoded)))
            throw Damaged("it decodes to other bytes");
    }

    public void Dispose() => _libzstd.Dispose();

    /// <summary>Decodes all of <paramref name="blocks"/>, and gives the number of bytes that come out.</summary>
    private int Decode(ReadOnlySpan<byte> blocks, int most, bool ends)
    {
        fixed (byte* from = blocks, to = _decoded)
        {
            var input = new LibZstd.Buffer { Bytes = from, Size = (nuint)blocks.Length };
            var output = new LibZstd.Buffer { Bytes = to, Size = (nuint)most };
            while (true)
            {
                nuint before = input.Position + output.Position;
                nuint result = Decompress(_libzstd, ref output, ref input);
                if (HasFailed(result))
                    throw Damaged(ErrorName(result));
                bool moved = input.Position + output.Position > before;
                bool finished = result == 0 || !moved;
                if (!finished)
                    continue;
                if (input.Position < input.Size || ends != (result == 0))
                    throw Damaged("its blocks do not end where they should");
                return (int)output.Position;
            }
        }
    }

    private static VerificationException Damaged(string how) => new(
        $"What libzstd made of a part of the image is damaged: {how}. Try again; if it happens again, "
        + "test the memory of this machine.");
}
