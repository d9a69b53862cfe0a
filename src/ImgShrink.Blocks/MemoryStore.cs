namespace ImgShrink.Blocks;

/// <summary>A store that lives in memory; for structures that are built before they are written.</summary>
public sealed class MemoryStore : IBlockStore
{
    private readonly byte[] _bytes;

    /// <summary>Wraps <paramref name="bytes"/>; writes change that array.</summary>
    public MemoryStore(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        _bytes = bytes;
    }

    /// <inheritdoc/>
    public long Length => _bytes.Length;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        _bytes.AsSpan((int)at, into.Length).CopyTo(into);
    }

    /// <inheritdoc/>
    public void Write(long at, ReadOnlySpan<byte> from)
    {
        ByteRange.ThrowIfOutside(at, from.Length, Length);
        from.CopyTo(_bytes.AsSpan((int)at));
    }
}
