using ImgShrink.Blocks;

namespace ImgShrink.Containers.Zstd;

/// <summary>
/// Compresses one chunk after the other with libzstd, and takes the blocks out of the frames it makes.
/// </summary>
/// <remarks>Not for several threads at once.</remarks>
internal sealed class ChunkCompressor : IDisposable
{
    private readonly Compressor _compressor;
    private readonly ChunkDecoder? _proof;

    /// <param name="level">
    /// The compression level, 1 to 19: up to there libzstd's window is no larger than the frame's. Where it is smaller, that
    /// saves time for next to no size (level 3: 5 % for 0.1 %).
    /// </param>
    /// <param name="proves">Whether what was compressed is decoded again at once, and compared.</param>
    public ChunkCompressor(int level, bool proves)
    {
        _proof = proves ? new ChunkDecoder(ChunkLimits.At(level).Buffer) : null;
        _compressor = new Compressor(level, withChecksum: false); // That of a chunk would mean nothing in the stitched frame.
    }

    /// <summary>Bytes that an output buffer must have room for, whatever is in the piece.</summary>
    public static int OutputSize(ChunkLimits limits) =>
        ChunkDecoder.RoomBefore + (int)LibZstd.CompressBound((nuint)limits.Buffer) + 4096 + ChunkDecoder.RoomBehind;

    /// <summary>Compresses the next piece of a chunk.</summary>
    /// <param name="bytes">Its content.</param>
    /// <param name="into">Gets the blocks, <see cref="OutputSize"/> bytes.</param>
    /// <param name="starts">Whether it is the first of its chunk.</param>
    /// <param name="ends">Whether it is the last.</param>
    /// <param name="stop">Asked again and again where it takes long.</param>
    /// <exception cref="VerificationException">What came out does not decode to the content.</exception>
    /// <returns>The blocks in <paramref name="into"/>, none of them marked as the last; start and end.</returns>
    public (int Start, int End) Compress(
        ReadOnlySpan<byte> bytes, byte[] into, bool starts, bool ends, CancellationToken stop)
    {
        if (starts && ends)
            _compressor.SetContentSize(bytes.Length);
        Span<byte> room = into.AsSpan(ChunkDecoder.RoomBefore..^ChunkDecoder.RoomBehind);
        int end = ChunkDecoder.RoomBefore + _compressor.Run(bytes, room, ends ? LibZstd.End.Frame : LibZstd.End.Flush, stop);
        int start = ChunkDecoder.RoomBefore + (starts ? HeaderSize(room) : 0);
        if (ends)
            end = WithoutLastMark(into, start, end);
        _proof?.Prove(into, start, end, bytes, starts, ends);
        return (start, end);
    }

    public void Dispose()
    {
        _compressor.Dispose();
        _proof?.Dispose();
    }

    /// <summary>Bytes of the header of a frame. Spec: RFC 8878, section 3.1.1.1.</summary>
    private static int HeaderSize(ReadOnlySpan<byte> frame)
    {
        const int magicAndDescriptor = 5;
        byte descriptor = frame[4];
        bool singleSegment = (descriptor & 0x20) != 0; // Single_Segment_flag: no Window_Descriptor
        int contentSize = (descriptor >> 6) switch // Frame_Content_Size_flag
        {
            0 => singleSegment ? 1 : 0,
            1 => 2,
            2 => 4,
            _ => 8,
        };
        return magicAndDescriptor + (singleSegment ? 0 : 1) + contentSize;
    }

    private static int WithoutLastMark(Span<byte> blocks, int start, int end)
    {
        int last = BlockHeader.FindLast(blocks[..end], start);
        BlockHeader header = BlockHeader.From(blocks[last..]);
        if (header is { Type: BlockType.Raw, Size: 0 })
            return last; // It only said that the frame ends.
        blocks[last] &= 0xFE; // Last_Block
        return end;
    }
}
