namespace ImgShrink.Blocks;

/// <summary>A source that is never changed, with edits kept aside in memory.</summary>
/// <remarks>Memory: one page for each page that was written, whatever the length of the source.</remarks>
public sealed class WriteOverlay : IBlockStore
{
    private const int DefaultPageSize = 4096;

    private readonly IBlockSource _base;
    private readonly int _pageSize;
    private readonly Dictionary<long, byte[]> _pages = [];

    /// <summary>An overlay without edits over <paramref name="baseSource"/>.</summary>
    /// <param name="baseSource">What is seen where nothing was written.</param>
    /// <param name="pageSize">
    /// Bytes in which edits are kept. A write fixes what the rest of its page shows: where the base is a view that is still
    /// being made, writes should cover whole pages.
    /// </param>
    public WriteOverlay(IBlockSource baseSource, int pageSize = DefaultPageSize)
    {
        ArgumentNullException.ThrowIfNull(baseSource);
        (_base, _pageSize) = (baseSource, pageSize);
    }

    /// <inheritdoc/>
    public long Length => _base.Length;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        if (_pages.Count == 0)
        {
            _base.Read(at, into);
            return;
        }

        while (into.Length > 0)
        {
            if (_pages.TryGetValue(at / _pageSize, out byte[]? page))
            {
                int offset = (int)(at % _pageSize);
                int count = Math.Min(_pageSize - offset, into.Length);
                page.AsSpan(offset, count).CopyTo(into);
                at += count;
                into = into[count..];
            }
            else
            {
                int count = UneditedPrefix(at, into.Length);
                _base.Read(at, into[..count]);
                at += count;
                into = into[count..];
            }
        }
    }

    /// <inheritdoc/>
    public void Write(long at, ReadOnlySpan<byte> from)
    {
        ByteRange.ThrowIfOutside(at, from.Length, Length);
        while (from.Length > 0)
        {
            int offset = (int)(at % _pageSize);
            int count = Math.Min(_pageSize - offset, from.Length);
            from[..count].CopyTo(PageToEdit(at / _pageSize, replaced: count == _pageSize).AsSpan(offset));
            at += count;
            from = from[count..];
        }
    }

    /// <summary>The pages that were written, as byte ranges; the last one may be cut short by the end.</summary>
    public RangeSet EditedRanges()
    {
        var ranges = new RangeSet();
        foreach (long page in _pages.Keys.Order())
            ranges.Add(ByteRange.Between(page * _pageSize, Math.Min((page + 1) * _pageSize, Length)));
        return ranges;
    }

    private byte[] PageToEdit(long number, bool replaced)
    {
        if (!_pages.TryGetValue(number, out byte[]? page))
        {
            page = new byte[_pageSize];
            long at = number * _pageSize;
            if (!replaced)
                _base.Read(at, page.AsSpan(0, (int)Math.Min(_pageSize, Length - at)));
            _pages.Add(number, page);
        }

        return page;
    }

    private int UneditedPrefix(long at, int limit)
    {
        long end = (at / _pageSize + 1) * _pageSize;
        while (end < at + limit && !_pages.ContainsKey(end / _pageSize))
            end += _pageSize;
        return (int)Math.Min(end - at, limit);
    }
}
