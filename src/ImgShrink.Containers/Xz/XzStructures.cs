using ImgShrink.Blocks;
using Crc32 = System.IO.Hashing.Crc32;

namespace ImgShrink.Containers.Xz;

/// <summary>The bytes of an .xz stream around what liblzma compresses.</summary>
/// <remarks>
/// Spec: "The .xz File Format", version 1.1.0, sections 1.2 (integers), 2.1 (stream header and footer), 3 (block) and 4
/// (index). Little-endian; every structure ends with its own CRC32.
/// </remarks>
internal static class XzStructures
{
    /// <summary>Bytes of the stream's header, and of its footer.</summary>
    public const int StreamHeaderSize = 12;

    /// <summary>Bytes of a block's header: the fields of one filter, with sizes below 2^28, which take four bytes of seven bits.</summary>
    public const int BlockHeaderSize = 20;

    /// <summary>Bytes of the check behind a block: CRC64.</summary>
    public const int CheckSize = 8;

    private const byte CheckIsCrc64 = 0x04;
    private static ReadOnlySpan<byte> HeaderMagic => [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00];
    private static ReadOnlySpan<byte> FooterMagic => "YZ"u8;

    public static byte[] StreamHeader()
    {
        var header = new byte[StreamHeaderSize];
        HeaderMagic.CopyTo(header); // Header Magic Bytes
        header[7] = CheckIsCrc64; // Stream Flags
        PutCrc(header, 8, header.AsSpan(6, 2));
        return header;
    }

    /// <summary>Writes the header of a block with both sizes in it, so that decoders can use several threads.</summary>
    /// <param name="into">Gets <see cref="BlockHeaderSize"/> bytes.</param>
    /// <param name="compressed">Bytes between the header and the padding.</param>
    /// <param name="uncompressed">Bytes that they decode to.</param>
    /// <param name="dictionary">Bytes of the dictionary.</param>
    public static void PutBlockHeader(Span<byte> into, int compressed, int uncompressed, uint dictionary)
    {
        Span<byte> header = into[..BlockHeaderSize];
        header.Clear(); // Header Padding
        header[0] = BlockHeaderSize / 4 - 1; // Block Header Size
        header[1] = 0xC0; // Block Flags: one filter; Compressed Size and Uncompressed Size are there
        int at = 2 + PutInteger(header[2..], compressed);
        at += PutInteger(header[at..], uncompressed);
        header[at] = (byte)LibLzma.FilterLzma2; // Filter ID
        header[at + 1] = 1; // Size of Properties
        header[at + 2] = DictionaryCode(dictionary); // Filter Properties
        PutCrc(header, BlockHeaderSize - 4, header[..^4]);
    }

    /// <summary>Bytes that bring a block's compressed data to a multiple of four.</summary>
    public static int PaddingBehind(int compressed) => -compressed & 3;

    /// <summary>The same, by the size in a block's header.</summary>
    public static int PaddingOf(ReadOnlySpan<byte> block) => PaddingBehind(block[2]); // Low bits of Compressed Size

    /// <summary>The index and the stream's footer: what stands behind the last block.</summary>
    /// <param name="blocks">Of each block: bytes in the file without padding, and bytes that it decodes to.</param>
    public static byte[] IndexAndFooter(IReadOnlyList<(int Unpadded, int Uncompressed)> blocks)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        var index = new List<byte>(16 + blocks.Count * 8) { 0 }; // Index Indicator
        AddInteger(index, blocks.Count); // Number of Records
        foreach (var (unpadded, uncompressed) in blocks)
        {
            AddInteger(index, unpadded); // Unpadded Size
            AddInteger(index, uncompressed); // Uncompressed Size
        }

        while (index.Count % 4 != 0)
            index.Add(0); // Index Padding
        int indexSize = index.Count + 4;
        var all = new byte[indexSize + StreamHeaderSize];
        index.CopyTo(all);
        PutCrc(all, index.Count, all.AsSpan(0, index.Count));

        Span<byte> footer = all.AsSpan(indexSize);
        Le.Put32(footer, 4, (uint)(indexSize / 4 - 1)); // Backward Size
        footer[9] = CheckIsCrc64; // Stream Flags
        FooterMagic.CopyTo(footer[10..]); // Footer Magic Bytes
        PutCrc(footer, 0, footer.Slice(4, 6));
        return all;
    }

    /// <summary>The smallest code of a dictionary that is large enough. Spec: section 5.3.1.</summary>
    internal static byte DictionaryCode(uint bytes)
    {
        byte code = 0;
        while ((2UL | code & 1UL) << (code / 2 + 11) < bytes)
            code++;
        return code;
    }

    private static int PutInteger(Span<byte> into, long value)
    {
        int count = 0;
        for (; value >= 0x80; value >>= 7)
            into[count++] = (byte)(value & 0x7F | 0x80);
        into[count] = (byte)value;
        return count + 1;
    }

    private static void AddInteger(List<byte> into, long value)
    {
        Span<byte> bytes = stackalloc byte[9];
        foreach (byte each in bytes[..PutInteger(bytes, value)])
            into.Add(each);
    }

    private static void PutCrc(Span<byte> into, int at, ReadOnlySpan<byte> of) =>
        Le.Put32(into, at, Crc32.HashToUInt32(of));
}
