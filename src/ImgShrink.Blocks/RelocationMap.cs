namespace ImgShrink.Blocks;

/// <summary>
/// A run of blocks that moves: <paramref name="Length"/> blocks from <paramref name="From"/> to <paramref name="To"/>.
/// </summary>
/// <param name="From">First block in the source volume.</param>
/// <param name="To">First block in the target volume.</param>
/// <param name="Length">Number of blocks, at least 1.</param>
public readonly record struct Relocation(long From, long To, long Length);

/// <summary>Where every block of a volume goes: the runs that move; all other blocks stay at their number.</summary>
/// <remarks>Immutable. 48 bytes a moved run; a lookup is a binary search.</remarks>
public sealed class RelocationMap
{
    private readonly Relocation[] _byFrom;
    private readonly Relocation[] _byTo;

    /// <summary>A map of runs; neither their sources nor their targets may overlap.</summary>
    public RelocationMap(IEnumerable<Relocation> runs)
    {
        _byFrom = [.. runs.OrderBy(run => run.From)];
        _byTo = [.. _byFrom.OrderBy(run => run.To)];
        for (int i = 1; i < _byFrom.Length; i++)
        {
            if (_byFrom[i - 1].From + _byFrom[i - 1].Length > _byFrom[i].From)
                throw new ArgumentException($"Block {_byFrom[i].From} is moved twice.", nameof(runs));
            if (_byTo[i - 1].To + _byTo[i - 1].Length > _byTo[i].To)
                throw new ArgumentException($"Two blocks are moved to {_byTo[i].To}.", nameof(runs));
        }
    }

    /// <summary>The runs that move, ascending by source.</summary>
    public IReadOnlyList<Relocation> Runs => _byFrom;

    /// <summary>
    /// Where the blocks from <paramref name="block"/> on go, and how many of at most <paramref name="limit"/> go there
    /// in one run.
    /// </summary>
    public (long To, long Count) Target(long block, long limit) =>
        Find(_byFrom, static run => run.From, static run => run.From + run.Length, static run => run.To, block, limit);

    /// <summary>Where one block goes.</summary>
    public long Target(long block) => Target(block, 1).To;

    /// <summary>
    /// Where the blocks from target block <paramref name="block"/> on come from, and how many of at most
    /// <paramref name="limit"/> come in one run.
    /// </summary>
    /// <remarks>A target that no run goes to is taken to have stayed in place.</remarks>
    public (long From, long Count) Origin(long block, long limit) =>
        Find(_byTo, static run => run.To, static run => run.To + run.Length, static run => run.From, block, limit);

    private static (long, long) Find(
        Relocation[] runs, Func<Relocation, long> start, Func<Relocation, long> end, Func<Relocation, long> value, long block, long limit)
    {
        int index = runs.FirstEndingBehind(block, end);
        if (index == runs.Length)
            return (block, limit);
        long first = start(runs[index]);
        return block < first
            ? (block, Math.Min(limit, first - block))
            : (value(runs[index]) + (block - first), Math.Min(limit, end(runs[index]) - block));
    }
}
