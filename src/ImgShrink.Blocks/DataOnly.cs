namespace ImgShrink.Blocks;

/// <summary>A target as it is written: its data, and zeros everywhere else, whatever lies there in the source.</summary>
public sealed class DataOnly : IBlockSource
{
    private readonly IBlockSource _bytes;
    private readonly RangeIndex _data;

    /// <summary>Shows <paramref name="target"/>.</summary>
    public DataOnly(TargetView target)
    {
        ArgumentNullException.ThrowIfNull(target);
        (_bytes, _data) = (target.Bytes, new RangeIndex(target.Data));
    }

    /// <inheritdoc/>
    public long Length => _bytes.Length;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        while (into.Length > 0)
        {
            var (isData, count) = _data.RunAt(at, into.Length);
            Span<byte> run = into[..(int)count];
            if (isData)
                _bytes.Read(at, run);
            else
                run.Clear();
            at += count;
            into = into[(int)count..];
        }
    }
}
