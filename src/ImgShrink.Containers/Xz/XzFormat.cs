using System.Collections.Concurrent;
using ImgShrink.Containers.Chunks;

namespace ImgShrink.Containers.Xz;

/// <summary>The blocks of an .xz stream as chunks of an image.</summary>
internal sealed class XzFormat : ChunkFormat
{
    // As many times the dictionary as xz takes itself; but blocks, and what they need of memory, have bounds.
    private const int DictionariesInBlock = 3;
    private const int SmallestBlock = 4 << 20, LargestBlock = 64 << 20;

    private const int OneMiB = 1 << 20;

    private readonly LibLzma.Options _options;
    private readonly Lazy<byte[]> _oneMiBOfZeros;
    private readonly ConcurrentDictionary<int, byte[]> _zeros = new(); // By their number; 64 different ones at most.

    public XzFormat(int level)
    {
        if (LibLzma.Preset(out _options, (uint)level) != 0)
            throw new InvalidOperationException($"liblzma does not know level {level}.");
        ChunkSize = (int)Math.Clamp((long)_options.DictionarySize * DictionariesInBlock, SmallestBlock, LargestBlock);
        _oneMiBOfZeros = new Lazy<byte[]>(EncodeOneMiBOfZeros);
    }

    public override int ChunkSize { get; }

    public override int LargestEncoded => BlockEncoder.LargestBlock(ChunkSize);

    public override int ZerosUnit => OneMiB;

    public override int MostZeros => LargestBlock;

    // Each cut costs some compression, and a record in the index, which has to stay small.
    public override long SmallestGap => 8 * OneMiB;

    public override string ChunkName => "xz block";

    public override unsafe long MemoryPerThread
    {
        get
        {
            LibLzma.Options options = _options;
            LibLzma.Filter* filters = stackalloc LibLzma.Filter[2];
            filters[0] = new LibLzma.Filter { Id = LibLzma.FilterLzma2, Options = &options };
            filters[1] = new LibLzma.Filter { Id = LibLzma.EndOfFilters };
            return (long)LibLzma.EncoderMemory(filters) + ChunkSize + LargestEncoded;
        }
    }

    public override int PaddingOf(ReadOnlySpan<byte> encoded) => XzStructures.PaddingOf(encoded);

    /// <remarks>
    /// LZMA2 data is made of chunks of its own, and one that resets the dictionary and the state may stand anywhere. So
    /// the zeros of one MiB, compressed once, are repeated.
    /// </remarks>
    public override byte[] EncodeZeros(int count) => _zeros.GetOrAdd(count, MakeZeros);

    public override IChunkEncoder NewEncoder() => new BlockEncoder(_options);

    public override IChunkDecoder NewDecoder() => new BlockDecoder();

    private byte[] MakeZeros(int count)
    {
        byte[] unit = _oneMiBOfZeros.Value;
        int units = count / OneMiB, compressed = units * unit.Length + 1;
        var block = new byte[BlockEncoder.LargestBlock(compressed)];
        for (int i = 0; i < units; i++)
            unit.CopyTo(block, XzStructures.BlockHeaderSize + i * unit.Length);
        block[XzStructures.BlockHeaderSize + compressed - 1] = 0; // End of LZMA2 data
        return BlockEncoder.Complete(block, compressed, count, _options.DictionarySize, Crc64OfZeros(count)).ToArray();
    }

    private byte[] EncodeOneMiBOfZeros()
    {
        const byte resetsEverything = 0xE0; // LZMA chunk; dictionary, state and properties are new
        using var encoder = new BlockEncoder(_options);
        Span<byte> block = encoder.Encode(new byte[OneMiB], new byte[BlockEncoder.LargestBlock(OneMiB)], default);
        Span<byte> data = block[XzStructures.BlockHeaderSize..^XzStructures.CheckSize];
        int chunk = 6 + ((data[3] << 8 | data[4]) + 1); // Header, and compressed size - 1 in it, big-endian
        int content = ((data[0] & 0x1F) << 16 | data[1] << 8 | data[2]) + 1; // Uncompressed size - 1
        if (data[0] < resetsEverything || content != OneMiB || data[chunk] != 0)
            throw new InvalidOperationException("liblzma makes more than one chunk out of 1 MiB of zeros.");
        return data[..chunk].ToArray();
    }

    private static ulong Crc64OfZeros(int count)
    {
        ulong crc = 0;
        foreach (ReadOnlyMemory<byte> zeros in ZeroRun.Of(count, CancellationToken.None))
            crc = BlockEncoder.Crc64(zeros.Span, crc);
        return crc;
    }
}
