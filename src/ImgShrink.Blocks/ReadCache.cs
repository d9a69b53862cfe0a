namespace ImgShrink.Blocks;

/// <summary>
/// Keeps what was read last, so that metadata visited in several passes is read from the medium once.
/// </summary>
/// <remarks>
/// Reads of up to <see cref="LongestCached"/> bytes go through the cache in whole pages; longer ones are file content,
/// pass through, and do not push metadata out. Memory: at most the capacity given.
/// </remarks>
public sealed class ReadCache : IBlockSource
{
    /// <summary>Bytes in a page of the cache.</summary>
    public const int PageSize = 4096;

    /// <summary>The longest read that is taken for metadata, in bytes.</summary>
    public const int LongestCached = 16384;

    private readonly IBlockSource _source;
    private readonly int _capacityPages;
    private readonly Dictionary<long, LinkedListNode<(long Number, byte[] Bytes)>> _pages = [];
    private readonly LinkedList<(long Number, byte[] Bytes)> _recent = [];
    private readonly Lock _lock = new();
    private volatile bool _passesThrough;

    /// <summary>A cache of at most <paramref name="capacityBytes"/> in front of <paramref name="source"/>.</summary>
    public ReadCache(IBlockSource source, int capacityBytes)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_source, _capacityPages) = (source, Math.Max(1, capacityBytes / PageSize));
    }

    /// <inheritdoc/>
    public long Length => _source.Length;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        if (into.Length > LongestCached || _passesThrough)
        {
            _source.Read(at, into);
            return;
        }

        lock (_lock)
        {
            while (into.Length > 0)
            {
                int offset = (int)(at % PageSize);
                int count = Math.Min(PageSize - offset, into.Length);
                Page(at / PageSize).AsSpan(offset, count).CopyTo(into);
                at += count;
                into = into[count..];
            }
        }
    }

    /// <summary>Lets go of everything, and keeps nothing from now on: for the reading of content, short pieces of it too.</summary>
    public void PassThrough()
    {
        lock (_lock)
        {
            _passesThrough = true;
            _pages.Clear();
            _recent.Clear();
        }
    }

    private byte[] Page(long number)
    {
        if (_pages.TryGetValue(number, out var node))
        {
            _recent.Remove(node);
            _recent.AddFirst(node);
            return node.Value.Bytes;
        }

        byte[] bytes = _pages.Count < _capacityPages ? new byte[PageSize] : EvictOldest();
        long at = number * PageSize;
        _source.Read(at, bytes.AsSpan(0, (int)Math.Min(PageSize, Length - at)));
        _pages.Add(number, _recent.AddFirst((number, bytes)));
        return bytes;
    }

    private byte[] EvictOldest()
    {
        var (number, bytes) = _recent.Last!.Value;
        _recent.RemoveLast();
        _pages.Remove(number);
        return bytes;
    }
}
