using ImgShrink.Blocks;

namespace ImgShrink.Containers.Zstd;

/// <summary>The bytes of a zstd frame that we write ourselves, around the blocks that libzstd makes.</summary>
/// <remarks>
/// Spec: RFC 8878, sections 3.1.1 (frames, blocks, sequences) and 3.1.1.5 (repeat offsets). Little-endian.
/// </remarks>
internal static class ZstdFrame
{
    public const uint Magic = 0xFD2FB528;

    /// <summary>8 MiB: every decoder takes it without being asked, and a small computer has the memory.</summary>
    public const int WindowLog = 23;

    /// <summary>Bytes of the header: magic, descriptor, window, content size.</summary>
    public const int HeaderSize = 4 + 1 + 1 + 8;

    /// <summary>Most bytes that one block may decode to.</summary>
    public const int BlockContent = 128 << 10;

    public const int BlockHeaderSize = 3;

    /// <summary>
    /// Bytes behind the last block of content: an empty raw block, marked as the last, and the checksum.
    /// </summary>
    public const int TrailerSize = BlockHeaderSize + 4;

    /// <summary>Bytes that a reset decodes to.</summary>
    public const int ResetContent = 17;

    /// <summary>The last block: raw, and without content.</summary>
    public static ReadOnlySpan<byte> EmptyLastBlock => [1, 0, 0];

    /// <summary>The header of a frame that does not say how much it holds, and has no checksum.</summary>
    public static ReadOnlySpan<byte> HeaderOfUnknownLength => [0x28, 0xB5, 0x2F, 0xFD, 0, (WindowLog - 10) << 3];

    /// <summary>The header of a frame that holds <paramref name="contentBytes"/>.</summary>
    public static byte[] Header(long contentBytes, bool withChecksum)
    {
        var header = new byte[HeaderSize];
        Le.Put32(header, 0, Magic); // Magic_Number
        header[4] = (byte)(withChecksum ? 0xC4
            : 0xC0); // Frame_Header_Descriptor: content size of 8 bytes; Content_Checksum_flag
        header[5] = (WindowLog - 10) << 3; // Window_Descriptor: exponent; mantissa 0
        Le.Put64(header, 6, (ulong)contentBytes); // Frame_Content_Size
        return header;
    }

    public static byte[] Trailer(ulong xxh64)
    {
        var trailer = new byte[TrailerSize];
        EmptyLastBlock.CopyTo(trailer);
        Le.Put32(trailer, BlockHeaderSize, unchecked((uint)xxh64)); // Content_Checksum
        return trailer;
    }

    /// <summary>
    /// Three blocks that decode to 17 times <paramref name="value"/> and put the repeat offsets back to 1, 4, 8.
    /// </summary>
    /// <remarks>
    /// That is where a frame starts, so blocks of an independent frame may follow. Each block has one sequence, all of
    /// its tables in RLE mode, with a match of 3 bytes: at offset 8 (behind 8 literals), then at 4, then at 1; each
    /// becomes the first repeat offset and pushes the others back. A match that far back finds the same byte.
    /// </remarks>
    public static byte[] Reset(byte value) =>
    [
        // Block_Header (size << 3 | compressed << 1), literals, number of sequences, modes, codes of literal length, offset
        // and match length, bit stream with its end mark.
        0x44, 0, 0, 0x41, value, 1, 0x54, 8, 3, 0, 0x0B,
        0x3C, 0, 0, 0x00, 1, 0x54, 0, 2, 0, 0x07,
        0x3C, 0, 0, 0x00, 1, 0x54, 0, 2, 0, 0x04,
    ];

    /// <summary>
    /// The block that stands for <paramref name="count"/> zeros (1 to 128 Ki) and leaves the repeat offsets alone:
    /// type RLE, one byte.
    /// </summary>
    public static byte[] ZerosBlock(int count) => [.. BlockHeader(count, BlockType.Rle), 0];

    /// <summary>The same as a raw block, for one zero.</summary>
    /// <remarks>Command-line decoders up to 1.4.3 fail on a frame whose first block is an RLE block.</remarks>
    public static byte[] OneRawZero => [.. BlockHeader(1, BlockType.Raw), 0];

    private static byte[] BlockHeader(int size, BlockType type)
    {
        int bits = size << 3 | (int)type << 1;
        return [(byte)(bits & 0xFF), (byte)(bits >> 8 & 0xFF), (byte)(bits >> 16)];
    }
}
