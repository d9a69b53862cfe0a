namespace ImgShrink.Blocks;

/// <summary>A range of another source as a source of its own, such as one partition of a disk.</summary>
public sealed class BlockWindow : IBlockSource
{
    private readonly IBlockSource _source;
    private readonly long _start;

    /// <summary>Opens the window; it must lie inside <paramref name="source"/>.</summary>
    public BlockWindow(IBlockSource source, ByteRange range)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (range.Start < 0 || range.Length < 0 || range.Length > source.Length
            || range.Start > source.Length - range.Length)
            throw new ArgumentOutOfRangeException(nameof(range),
                $"{range.Length} bytes from {range.Start} on are outside of 0..{source.Length}.");
        (_source, _start, Length) = (source, range.Start, range.Length);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        _source.Read(_start + at, into);
    }
}
