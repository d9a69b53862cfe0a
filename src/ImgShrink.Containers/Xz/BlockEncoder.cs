using ImgShrink.Blocks;
using ImgShrink.Containers.Chunks;

namespace ImgShrink.Containers.Xz;

/// <summary>Makes blocks of an .xz stream: header, LZMA2 data, padding, CRC64.</summary>
internal sealed class BlockEncoder(LibLzma.Options options) : IChunkEncoder
{
    private readonly LzmaCoder _coder = new();
    private LibLzma.Options _options = options;

    /// <summary>Bytes that a block may have, whatever is in it.</summary>
    /// <remarks>What cannot be compressed is stored, with 3 bytes more for each 64 KiB or little less.</remarks>
    public static int LargestBlock(int content) => content + content / 4096 + 1024;

    public Span<byte> Encode(ReadOnlySpan<byte> content, Span<byte> into, CancellationToken stop)
    {
        _coder.StartEncoder(ref _options);
        var (read, compressed, result) = _coder.Run(content, into[XzStructures.BlockHeaderSize..], isLast: true, stop);
        if (result != LibLzma.Result.StreamEnd || read != content.Length)
            throw new InvalidOperationException($"liblzma: {result} after {read} of {content.Length} bytes.");
        return Complete(into, compressed, content.Length, _options.DictionarySize, Crc64(content, 0));
    }

    public void Dispose() => _coder.Dispose();

    /// <summary>Puts header, padding and check around compressed data.</summary>
    /// <param name="into">The data stands behind the place of the header.</param>
    /// <param name="compressed">Bytes of it.</param>
    /// <param name="content">Bytes that it decodes to.</param>
    /// <param name="dictionary">Bytes of the dictionary.</param>
    /// <param name="crc64">Of the content.</param>
    public static Span<byte> Complete(Span<byte> into, int compressed, int content, uint dictionary, ulong crc64)
    {
        XzStructures.PutBlockHeader(into, compressed, content, dictionary);
        int end = XzStructures.BlockHeaderSize + compressed;
        int padding = XzStructures.PaddingBehind(compressed);
        into.Slice(end, padding).Clear(); // Block Padding
        Le.Put64(into, end + padding, crc64); // Check
        return into[..(end + padding + XzStructures.CheckSize)];
    }

    /// <summary>The CRC64 of bytes that come behind others with the CRC64 <paramref name="before"/>.</summary>
    public static unsafe ulong Crc64(ReadOnlySpan<byte> bytes, ulong before)
    {
        fixed (byte* first = bytes)
            return LibLzma.Crc64(first, (nuint)bytes.Length, before);
    }
}
