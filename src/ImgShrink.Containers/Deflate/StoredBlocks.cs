using ImgShrink.Blocks;

namespace ImgShrink.Containers.Deflate;

/// <summary>Bytes as they are, in a deflate stream: blocks that are stored. Spec: RFC 1951, section 3.2.4.</summary>
internal static class StoredBlocks
{
    private const int HeaderSize = 5;
    private const int MostContent = ushort.MaxValue;

    /// <summary>Bytes that so much content takes.</summary>
    public static int SizeOf(int content) => content + (content + MostContent - 1) / MostContent * HeaderSize;

    /// <summary>Puts the content into blocks, from a whole byte to a whole byte, none of them the last of the stream.</summary>
    public static Span<byte> Put(ReadOnlySpan<byte> content, Span<byte> into)
    {
        int at = 0;
        while (!content.IsEmpty)
        {
            ReadOnlySpan<byte> part = content[..Math.Min(MostContent, content.Length)];
            into[at] = 0; // BFINAL and BTYPE, and the rest of the byte
            Le.Put16(into, at + 1, (ushort)part.Length); // LEN
            Le.Put16(into, at + 3, (ushort)(part.Length ^ 0xFFFF)); // NLEN
            part.CopyTo(into[(at + HeaderSize)..]);
            at += HeaderSize + part.Length;
            content = content[part.Length..];
        }

        return into[..at];
    }
}
