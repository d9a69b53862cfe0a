namespace ImgShrink.Blocks;

/// <summary>Which blocks of a target hold something; all others are zero.</summary>
public interface ILiveBlocks
{
    /// <summary>
    /// Whether <paramref name="block"/> holds something, and for how many of at most <paramref name="limit"/> blocks
    /// that stays so.
    /// </summary>
    (bool IsLive, long Count) RunAt(long block, long limit);
}

/// <summary>
/// A volume whose blocks lie elsewhere: each is read from where it is in the source, and dead blocks are zeros.
/// </summary>
/// <param name="source">The volume as it is, with the edits to be seen.</param>
/// <param name="map">Where blocks go.</param>
/// <param name="live">Which blocks of the target hold something.</param>
/// <param name="blockSize">Bytes in a block.</param>
/// <param name="blockCount">Blocks of the target.</param>
public sealed class RelocatedSource(IBlockSource source, RelocationMap map, ILiveBlocks live, int blockSize,
    long blockCount)
    : IBlockSource
{
    /// <inheritdoc/>
    public long Length { get; } = blockCount * blockSize;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        while (into.Length > 0)
        {
            long block = at / blockSize;
            long offset = at % blockSize;
            long wanted = (offset + into.Length + blockSize - 1) / blockSize;
            var (isLive, run) = live.RunAt(block, wanted);
            var (from, together) = map.Origin(block, run);
            int count = (int)Math.Min((isLive ? together : run) * blockSize - offset, into.Length);
            if (isLive)
                source.Read(from * blockSize + offset, into[..count]);
            else
                into[..count].Clear();
            at += count;
            into = into[count..];
        }
    }
}
