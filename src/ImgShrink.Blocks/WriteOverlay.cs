namespace ImgShrink.Blocks;

/// <summary>A source that is never changed, with edits kept aside in memory.</summary>
/// <remarks>Memory: one page for each page that was written, whatever the length of the source.</remarks>
public sealed class WriteOverlay : IBlockStore
{
    /// <summary>Bytes in a page, the unit in which edits are kept.</summary>
    public const int PageSize = 4096;

    private readonly IBlockSource _base;
    private readonly Dictionary<long, byte[]> _pages = [];

    /// <summary>An overlay without edits over <paramref name="baseSource"/>.</summary>
    public WriteOverlay(IBlockSource baseSource)
    {
        ArgumentNullException.ThrowIfNull(baseSource);
        _base = baseSource;
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
            if (_pages.TryGetValue(at / PageSize, out byte[]? page))
            {
                int offset = (int)(at % PageSize);
                int count = Math.Min(PageSize - offset, into.Length);
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
            int offset = (int)(at % PageSize);
            int count = Math.Min(PageSize - offset, from.Length);
            from[..count].CopyTo(PageToEdit(at / PageSize).AsSpan(offset));
            at += count;
            from = from[count..];
        }
    }

    /// <summary>The pages that were written, as byte ranges; the last one may be cut short by the end.</summary>
    public RangeSet EditedRanges()
    {
        var ranges = new RangeSet();
        foreach (long page in _pages.Keys.Order())
            ranges.Add(ByteRange.Between(page * PageSize, Math.Min((page + 1) * PageSize, Length)));
        return ranges;
    }

    private byte[] PageToEdit(long number)
    {
        if (!_pages.TryGetValue(number, out byte[]? page))
        {
            page = new byte[PageSize];
            long at = number * PageSize;
            _base.Read(at, page.AsSpan(0, (int)Math.Min(PageSize, Length - at)));
            _pages.Add(number, page);
        }

        return page;
    }

    private int UneditedPrefix(long at, int limit)
    {
        long end = (at / PageSize + 1) * PageSize;
        while (end < at + limit && !_pages.ContainsKey(end / PageSize))
            end += PageSize;
        return (int)Math.Min(end - at, limit);
    }
}
