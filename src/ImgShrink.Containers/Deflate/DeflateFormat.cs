using ImgShrink.Containers.Chunks;

namespace ImgShrink.Containers.Deflate;

/// <summary>Parts of a deflate stream as chunks of an image.</summary>
/// <remarks>
/// Spec: RFC 1951. Each part begins without a history and ends with a flush: an empty stored block, which brings the
/// stream to a whole byte. So parts can be compressed and decoded side by side, and stand one behind the other in one
/// stream; <see cref="End"/> closes it.
/// </remarks>
internal sealed class DeflateFormat : ChunkFormat
{
    private const int OneMiB = 1 << 20;

    private readonly int _level;
    private readonly Lazy<byte[]> _oneMiBOfZeros;

    public DeflateFormat(int level)
    {
        _level = level;
        _oneMiBOfZeros = new Lazy<byte[]>(EncodeOneMiBOfZeros);
    }

    /// <summary>The last block of a stream, empty: BFINAL, fixed codes, the code for the end.</summary>
    public static ReadOnlySpan<byte> End => [0x03, 0x00];

    // Costs 0.2 % against one stream: what stands in the 32 KiB before is not known behind a cut.
    public override int ChunkSize => 4 * OneMiB;

    public override int LargestEncoded => StoredBlocks.SizeOf(ChunkSize);

    // The encoder collects what it makes in a stream that doubles; zlib itself takes less than one MiB.
    public override long MemoryPerThread => ChunkSize + 3L * LargestEncoded + OneMiB;

    public override int ZerosUnit => OneMiB;

    public override int MostZeros => 64 * OneMiB;

    public override long SmallestGap => OneMiB;

    public override string ChunkName => "deflate data";

    public override byte[] EncodeZeros(int count)
    {
        byte[] unit = _oneMiBOfZeros.Value;
        var all = new byte[count / OneMiB * unit.Length];
        for (int at = 0; at < all.Length; at += unit.Length)
            unit.CopyTo(all, at);
        return all;
    }

    public override IChunkEncoder NewEncoder() => new PartEncoder(_level);

    public override IChunkDecoder NewDecoder() => new PartDecoder();

    private byte[] EncodeOneMiBOfZeros()
    {
        using var encoder = new PartEncoder(_level);
        return encoder.Encode(new byte[OneMiB], new byte[LargestEncoded], CancellationToken.None).ToArray();
    }
}
