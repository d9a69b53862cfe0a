namespace ImgShrink.Containers.Zstd;

/// <summary>Block_Type of a zstd block header.</summary>
internal enum BlockType
{
    Raw = 0,
    Rle = 1,
    Compressed = 2,
    Reserved = 3,
}

/// <summary>The three bytes before every block. Spec: RFC 8878, section 3.1.1.2.</summary>
/// <param name="Bits">The bytes as a little-endian number.</param>
internal readonly record struct BlockHeader(int Bits)
{
    public static BlockHeader From(ReadOnlySpan<byte> bytes) => new(bytes[0] | bytes[1] << 8 | bytes[2] << 16);

    public bool IsLast => (Bits & 1) != 0; // Last_Block
    public BlockType Type => (BlockType)(Bits >> 1 & 3); // Block_Type
    public int Size => Bits >> 3; // Block_Size

    /// <summary>Bytes of the block behind its header; for an RLE block the size is that of its content.</summary>
    public int StoredSize => Type == BlockType.Rle ? 1 : Size;

    /// <summary>
    /// Follows the blocks in <paramref name="blocks"/> from <paramref name="from"/> on, and gives the start of the
    /// last of them.
    /// </summary>
    /// <remarks>
    /// The blocks must end where the span ends; what we made ourselves does, so anything else is a bug.
    /// </remarks>
    public static int FindLast(ReadOnlySpan<byte> blocks, int from)
    {
        int last = from;
        for (int at = from; at < blocks.Length; at += ZstdFrame.BlockHeaderSize + From(blocks[at..]).StoredSize)
            last = at;
        return last;
    }
}
