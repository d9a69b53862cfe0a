using ImgShrink.Blocks;

namespace ImgShrink.SampleCards.Disk;

/// <summary>A range of another store as a store of its own: one partition of the card.</summary>
public sealed class StoreWindow : IBlockStore
{
    private readonly IBlockStore _store;
    private readonly long _start;

    /// <summary>Opens the window; it must lie inside <paramref name="store"/>.</summary>
    public StoreWindow(IBlockStore store, ByteRange range)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (range.Start < 0 || range.Length < 0 || range.End > store.Length)
            throw new ArgumentOutOfRangeException(nameof(range), $"Bytes {range} are outside of 0..{store.Length}.");
        (_store, _start, Length) = (store, range.Start, range.Length);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ThrowIfOutside(at, into.Length);
        _store.Read(_start + at, into);
    }

    /// <inheritdoc/>
    public void Write(long at, ReadOnlySpan<byte> from)
    {
        ThrowIfOutside(at, from.Length);
        _store.Write(_start + at, from);
    }

    private void ThrowIfOutside(long at, int count)
    {
        if (at < 0 || at > Length - count)
            throw new ArgumentOutOfRangeException(nameof(at), $"Bytes {at}..{at + count} are outside of 0..{Length}.");
    }
}
