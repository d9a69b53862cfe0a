using System.Numerics;

namespace ImgShrink.FileSystems.Ext;

/// <summary>
/// A set of numbers (blocks of a volume, or inodes) as one bit each: at most 64 MiB for 2 TB of 4 KiB blocks, and nothing
/// for long stretches that are empty or full.
/// </summary>
internal sealed class BlockSet
{
    private const int ChunkShift = 18;
    private const int WordsInChunk = 1 << (ChunkShift - 6);

    // Shared by all chunks that are full, and never written to.
    private static readonly ulong[] Full = [.. Enumerable.Repeat(ulong.MaxValue, WordsInChunk)];

    private readonly ulong[]?[] _chunks; // Null where a chunk is empty.

    /// <summary>An empty set of numbers from 0 up to but not including <paramref name="length"/>.</summary>
    public BlockSet(long length)
    {
        Length = length;
        _chunks = new ulong[((length - 1) >> ChunkShift) + 1][];
    }

    /// <summary>The first number that cannot be in the set.</summary>
    public long Length { get; }

    /// <summary>How many numbers are in the set.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (ulong[]? chunk in _chunks)
            {
                if (ReferenceEquals(chunk, Full))
                    count += 1L << ChunkShift;
                else if (chunk is not null)
                    count += CountOf(chunk);
            }

            return count;
        }
    }

    /// <summary>The highest number in the set; -1 when it is empty.</summary>
    public long Last()
    {
        for (int i = _chunks.Length - 1; i >= 0; i--)
        {
            int word = _chunks[i] is { } chunk ? Array.FindLastIndex(chunk, bits => bits != 0) : -1;
            if (word >= 0)
                return ((long)i << ChunkShift) + word * 64L + BitOperations.Log2(_chunks[i]![word]);
        }

        return -1;
    }

    /// <summary>The set itself, or where it is shorter, a copy of numbers up to but not including <paramref name="length"/>.</summary>
    public BlockSet UpTo(long length)
    {
        if (Length >= length)
            return this;
        var longer = new BlockSet(length);
        foreach (var (start, count) in Runs(0, Length))
            longer.Add(start, count);
        return longer;
    }

    public bool this[long number] => _chunks[number >> ChunkShift] is { } chunk
        && (chunk[WordOf(number)] >> (int)(number & 63) & 1) != 0;

    /// <summary>Adds a run of numbers.</summary>
    public void Add(long start, long count = 1) => Change(start, count, add: true);

    /// <summary>Takes a run of numbers out.</summary>
    public void Remove(long start, long count = 1) => Change(start, count, add: false);

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
        while (from < limit)
        {
            ulong[]? chunk = _chunks[from >> ChunkShift];
            long chunkEnd = ((from >> ChunkShift) + 1) << ChunkShift;
            if (chunk is null && invert != 0)
                return from;
            if (chunk is not null && !(ReferenceEquals(chunk, Full) && invert != 0))
            {
                ulong mask = ulong.MaxValue << (int)(from & 63);
                int end = limit >= chunkEnd ? chunk.Length : WordOf(limit - 1) + 1;
                for (int word = WordOf(from); word < end; word++, mask = ulong.MaxValue)
                {
                    ulong bits = (chunk[word] ^ invert) & mask;
                    if (bits != 0)
                        return Math.Min(limit, chunkEnd - (1L << ChunkShift) + word * 64L + BitOperations.TrailingZeroCount(bits));
                }
            }

            from = chunkEnd;
        }

        return limit;
    }

    private void Change(long start, long count, bool add)
    {
        long end = start + count;
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, Length);
        while (start < end)
        {
            long chunkEnd = Math.Min(end, ((start >> ChunkShift) + 1) << ChunkShift);
            if (chunkEnd - start == 1L << ChunkShift)
                _chunks[start >> ChunkShift] = add ? Full : null;
            else
                ChangeInside(start, chunkEnd, add);
            start = chunkEnd;
        }
    }

    private void ChangeInside(long start, long end, bool add)
    {
        ref ulong[]? chunk = ref _chunks[start >> ChunkShift];
        if (add ? ReferenceEquals(chunk, Full) : chunk is null)
            return;
        if (ReferenceEquals(chunk, Full))
            chunk = [.. Full];
        chunk ??= new ulong[Math.Min(WordsInChunk, ((Length - 1) >> 6) + 1 - (start >> ChunkShift) * WordsInChunk)];
        while (start < end)
        {
            int low = (int)(start & 63);
            int bits = (int)Math.Min(64 - low, end - start);
            ulong mask = ulong.MaxValue >> (64 - bits) << low;
            ref ulong word = ref chunk[WordOf(start)];
            word = add ? word | mask : word & ~mask;
            start += bits;
        }
    }

    private static long CountOf(ulong[] chunk)
    {
        long count = 0;
        foreach (ulong word in chunk)
            count += BitOperations.PopCount(word);
        return count;
    }

    private static int WordOf(long number) => (int)(number >> 6) & (WordsInChunk - 1);
}
