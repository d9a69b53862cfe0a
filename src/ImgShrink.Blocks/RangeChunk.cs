using System.Numerics;

namespace ImgShrink.Blocks;

/// <summary>
/// The sectors of one 32 MiB chunk of a <see cref="RangeSet"/>: few runs as a list, many as a bitmap.
/// </summary>
internal sealed class RangeChunk
{
    /// <summary>Sectors in a chunk; a sector's number fits an <see cref="ushort"/>.</summary>
    public const int Sectors = 65536;

    // From here on the list would take more memory than the bitmap's 8 KiB.
    private const int MostRuns = 2048;

    private List<(ushort First, ushort Last)>? _runs = [];
    private ulong[]? _bits;

    /// <summary>The chunk that holds all of its sectors; shared, and never changed.</summary>
    public static RangeChunk Full { get; } = new RangeChunk().With(0, Sectors - 1);

    /// <summary>Number of sectors in the set.</summary>
    public int Count => _runs is not null
        ? _runs.Sum(run => run.Last - run.First + 1)
        : _bits!.Sum(word => BitOperations.PopCount(word));

    /// <summary>
    /// Adds sectors <paramref name="first"/> to <paramref name="last"/>, both inclusive; gives the chunk to keep.
    /// </summary>
    public RangeChunk With(int first, int last)
    {
        if (ReferenceEquals(this, Full))
            return this;
        if (_runs is not null)
            AddRun(first, last);
        else
            SetBits(first, last);
        if (_runs is { Count: > MostRuns })
            TurnIntoBits();
        return this;
    }

    public bool Contains(int sector)
    {
        if (_runs is null)
            return (_bits![sector >> 6] >> (sector & 63) & 1) != 0;
        int index = FirstEndingAtOrBehind(sector);
        return index < _runs.Count && _runs[index].First <= sector;
    }

    /// <summary>The runs, ascending, both ends inclusive.</summary>
    public IEnumerable<(int First, int Last)> Runs()
    {
        if (_runs is not null)
        {
            foreach (var (first, last) in _runs)
                yield return (first, last);
            yield break;
        }

        int from = NextBit(0, set: true);
        while (from < Sectors)
        {
            int end = NextBit(from, set: false);
            yield return (from, end - 1);
            from = NextBit(end, set: true);
        }
    }

    private void AddRun(int first, int last)
    {
        // The runs that touch or overlap the new one are replaced by their union.
        int from = FirstEndingAtOrBehind(Math.Max(0, first - 1));
        int to = from;
        while (to < _runs!.Count && _runs[to].First <= last + 1)
            to++;
        if (to > from)
        {
            first = Math.Min(first, _runs[from].First);
            last = Math.Max(last, _runs[to - 1].Last);
            _runs.RemoveRange(from, to - from);
        }

        _runs.Insert(from, ((ushort)first, (ushort)last));
    }

    private int FirstEndingAtOrBehind(int sector)
    {
        int low = 0, high = _runs!.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_runs[middle].Last >= sector)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    private void TurnIntoBits()
    {
        var runs = _runs!;
        (_runs, _bits) = (null, new ulong[Sectors / 64]);
        foreach (var (first, last) in runs)
            SetBits(first, last);
    }

    private void SetBits(int first, int last)
    {
        for (int word = first >> 6; word <= last >> 6; word++)
        {
            int low = Math.Max(first - (word << 6), 0);
            int high = Math.Min(last - (word << 6), 63);
            _bits![word] |= ulong.MaxValue >> (63 - (high - low)) << low;
        }
    }

    private int NextBit(int from, bool set)
    {
        for (int word = from >> 6; word < _bits!.Length; word++)
        {
            ulong bits = set ? _bits[word] : ~_bits[word];
            if (word == from >> 6)
                bits &= ulong.MaxValue << (from & 63);
            if (bits != 0)
                return (word << 6) + BitOperations.TrailingZeroCount(bits);
        }

        return Sectors;
    }
}
