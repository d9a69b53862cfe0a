namespace ImgShrink.Blocks;

/// <summary>A source of nothing but zeros; the base of a volume that is made from scratch.</summary>
public sealed class ZeroSource(long length) : IBlockSource, IKnowsHoles
{
    /// <inheritdoc/>
    public long Length { get; } = length;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        into.Clear();
    }

    /// <inheritdoc/>
    public RangeSet DataRanges() => new();
}
