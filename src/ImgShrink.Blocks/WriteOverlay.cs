namespace ImgShrink.Blocks;

/// <summary>A source that is never changed, with edits kept aside.</summary>
/// <remarks>
/// One page is kept for each page that was written, whatever the length of the source: in memory, and in a scratch file
/// where that would be too much.
/// </remarks>
public sealed class WriteOverlay : IBlockStore
{
    private const int DefaultPageSize = 4096;
    private const long DefaultBudget = 96 << 20;

    private readonly IBlockSource _base;
    private readonly int _pageSize;
    private readonly Dictionary<long, int> _slots = [];
    private readonly PageStore _pages;

    /// <summary>An overlay without edits over <paramref name="baseSource"/>.</summary>
    /// <param name="baseSource">What is seen where nothing was written.</param>
    /// <param name="pageSize">
    /// Bytes in which edits are kept. A write fixes what the rest of its page shows: where the base is a view that is still
    /// being made, writes should cover whole pages.
    /// </param>
    /// <param name="memoryBudget">Bytes of edits that are kept in memory.</param>
    public WriteOverlay(
        IBlockSource baseSource, int pageSize = DefaultPageSize, long memoryBudget = DefaultBudget)
    {
        ArgumentNullException.ThrowIfNull(baseSource);
        (_base, _pageSize, _pages) = (baseSource, pageSize, new PageStore(pageSize, memoryBudget));
    }

    /// <inheritdoc/>
    public long Length => _base.Length;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        if (_slots.Count == 0)
        {
            _base.Read(at, into);
            return;
        }

        while (into.Length > 0)
        {
            if (_slots.TryGetValue(at / _pageSize, out int slot))
            {
                int offset = (int)(at % _pageSize);
                int count = Math.Min(_pageSize - offset, into.Length);
                _pages.Read(slot, offset, into[..count]);
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
            int slot = SlotToEdit(at / _pageSize, replaced: count == _pageSize);
            _pages.Write(slot, offset, from[..count]);
            at += count;
            from = from[count..];
        }
    }

    /// <summary>The pages that were written, as byte ranges; the last one may be cut short by the end.</summary>
    public RangeSet EditedRanges()
    {
        var ranges = new RangeSet();
        foreach (long page in _slots.Keys.Order())
            ranges.Add(ByteRange.Between(page * _pageSize, Math.Min((page + 1) * _pageSize, Length)));
        return ranges;
    }

    private int SlotToEdit(long number, bool replaced)
    {
        if (_slots.TryGetValue(number, out int slot))
            return slot;
        long at = number * _pageSize;
        byte[] content = replaced ? [] : _base.ReadBytes(at, (int)Math.Min(_pageSize, Length - at));
        slot = _pages.Add();
        _pages.Write(slot, 0, content);
        _slots.Add(number, slot);
        return slot;
    }

    private int UneditedPrefix(long at, int limit)
    {
        long end = (at / _pageSize + 1) * _pageSize;
        while (end < at + limit && !_slots.ContainsKey(end / _pageSize))
            end += _pageSize;
        return (int)Math.Min(end - at, limit);
    }
}
