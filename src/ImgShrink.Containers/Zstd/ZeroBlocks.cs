namespace ImgShrink.Containers.Zstd;

/// <summary>The blocks that stand for a gap in an image.</summary>
internal static class ZeroBlocks
{
    // 16 Ki blocks at a time, 64 KiB that stand for 2 GiB.
    private const int BlocksAtATime = 16 << 10;

    private static readonly byte[] FullBlocks =
        [.. Enumerable.Repeat(ZstdFrame.ZerosBlock(ZstdFrame.BlockContent), BlocksAtATime).SelectMany(block => block)];

    /// <summary>
    /// Blocks that decode to <paramref name="count"/> zeros, in portions that go one behind the other.
    /// </summary>
    /// <param name="count">Bytes, 0 or more.</param>
    /// <param name="atFrameStart">Whether the first of them is the first of its frame.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> For(long count, bool atFrameStart)
    {
        if (atFrameStart && count > 0)
        {
            yield return ZstdFrame.OneRawZero;
            count--;
        }

        long full = count / ZstdFrame.BlockContent;
        int blockSize = FullBlocks.Length / BlocksAtATime;
        for (; full > 0; full -= Math.Min(full, BlocksAtATime))
            yield return FullBlocks.AsMemory(0, (int)Math.Min(full, BlocksAtATime) * blockSize);
        int rest = (int)(count % ZstdFrame.BlockContent);
        if (rest > 0)
            yield return ZstdFrame.ZerosBlock(rest);
    }
}
