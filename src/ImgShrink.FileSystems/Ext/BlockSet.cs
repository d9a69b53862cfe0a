using System.Numerics;

namespace ImgShrink.FileSystems.Ext;

/// <summary>
/// A set of numbers (blocks of a volume, or inodes) as one bit each: 64 MiB for 2 TB of 4 KiB blocks.
/// </summary>
internal sealed class BlockSet
{
    private readonly ulong[] _words;

    /// <summary>An empty set of numbers from 0 up to but not including <paramref name="length"/>.</summary>
    public BlockSet(long length)
    {
        Length = length;
        _words = new ulong[(length + 63) / 64];
    }

    /// <summary>The first number that cannot be in the set.</summary>
    public long Length { get; }

    /// <summary>How many numbers are in the set.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (ulong word in _words)
                count += BitOperations.PopCount(word);
            return count;
        }
    }

    public bool this[long number] => (_words[number >> 6] >> (int)(number & 63) & 1) != 0;

    /// <summary>Adds a run of numbers.</summary>
    public void Add(long start, long count = 1) => Change(start, count, static (word, mask) => word | mask);

    /// <summary>Takes a run of numbers out.</summary>
    public void Remove(long start, long count = 1) => Change(start, count, static (word, mask) => word & ~mask);

    /// <summary>How many numbers of a run are in the set.</summary>
    public long CountIn(long start, long count)
    {
        long found = 0;
        for (long at = start; at < start + count;)
        {
            long end = NextOut(at, start + count);
            found += end - at;
            at = NextIn(end, start + count);
        }

        return found;
    }

    /// <summary>
    /// The first number from <paramref name="from"/> on that is in the set; <paramref name="limit"/> if there is none
    /// before it.
    /// </summary>
    public long NextIn(long from, long limit) => Next(from, limit, 0);

    /// <summary>
    /// The first number from <paramref name="from"/> on that is not in the set; <paramref name="limit"/> if there is
    /// none before it.
    /// </summary>
    public long NextOut(long from, long limit) => Next(from, limit, ulong.MaxValue);

    /// <summary>The runs of the set that lie in a range, ascending.</summary>
    public IEnumerable<(long Start, long Count)> Runs(long from, long limit)
    {
        for (long start = NextIn(from, limit); start < limit;)
        {
            long end = NextOut(start, limit);
            yield return (start, end - start);
            start = NextIn(end, limit);
        }
    }

    /// <summary>The runs that are not in the set, in a range, ascending.</summary>
    public IEnumerable<(long Start, long Count)> Gaps(long from, long limit)
    {
        for (long start = NextOut(from, limit); start < limit;)
        {
            long end = NextIn(start, limit);
            yield return (start, end - start);
            start = NextOut(end, limit);
        }
    }

    private long Next(long from, long limit, ulong invert)
    {
        for (long word = from >> 6; from < limit && word << 6 < limit; word++)
        {
            ulong bits = _words[word] ^ invert;
            if (word == from >> 6)
                bits &= ulong.MaxValue << (int)(from & 63);
            if (bits != 0)
                return Math.Min(limit, (word << 6) + BitOperations.TrailingZeroCount(bits));
        }

        return limit;
    }

    private void Change(long start, long count, Func<ulong, ulong, ulong> change)
    {
        long end = start + count;
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, Length);
        while (start < end)
        {
            int low = (int)(start & 63);
            int bits = (int)Math.Min(64 - low, end - start);
            ulong mask = ulong.MaxValue >> (64 - bits) << low;
            _words[start >> 6] = change(_words[start >> 6], mask);
            start += bits;
        }
    }
}
