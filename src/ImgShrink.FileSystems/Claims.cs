using ImgShrink.Blocks;

namespace ImgShrink.FileSystems;

/// <summary>The space that files and tables say is theirs, to be compared with what the volume says is in use.</summary>
/// <param name="structure">The volume, as findings name it.</param>
/// <param name="capacity">Bytes that can be claimed: the work of collecting claims is bounded by that.</param>
/// <param name="advice">What to do about a damaged volume.</param>
internal sealed class Claims(string structure, long capacity, string advice)
{
    private readonly RangeSet _claimed = new();
    private long _total;

    /// <summary>Adds what belongs to one file.</summary>
    /// <param name="range">Whole sectors.</param>
    /// <exception cref="CorruptImageException">More was claimed than there is.</exception>
    public void Add(ByteRange range)
    {
        _total += range.Length;
        if (_total > capacity)
            throw Shared();
        _claimed.Add(range);
    }

    /// <summary>Requires that nothing was claimed twice, and that all of it is in use.</summary>
    /// <param name="used">What is in use.</param>
    /// <param name="account">Who says so, as findings name it.</param>
    /// <exception cref="CorruptImageException">It is not so.</exception>
    public void RequireIn(RangeSet used, string account)
    {
        if (_claimed.TotalBytes != _total)
            throw Shared();
        if (_claimed.Intersect(used).TotalBytes is var marked && marked != _total)
            throw new CorruptImageException(
                new Finding(structure, account, $"without {_total - marked} bytes that hold files", "with all of them"), advice);
    }

    private CorruptImageException Shared() =>
        new(new Finding(structure, "some space", "in two files", "in one at most"), advice);
}
