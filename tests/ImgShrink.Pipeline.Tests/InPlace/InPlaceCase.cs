using ImgShrink.Blocks;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>An image, what lies in it, and what it is to become.</summary>
internal sealed record InPlaceCase(
    byte[] Image, byte[] Target, RangeSet InUse, IReadOnlyList<MovedDown> Moved, long FewestCopied)
{
    private const int Unit = 512;
    private const int FewestMoved = 5; // So that there are not too many rounds for trying all of them.

    /// <summary>A random one: data that stays, that moves down over itself, that moves into free places, that is new, and zeros.</summary>
    public static InPlaceCase Random(int seed)
    {
        var random = new Random(seed);
        int units = random.Next(20, 120);
        byte[] image = Noise.Bytes(seed, units * Unit);
        var inUse = new RangeSet();
        for (int unit = 0; unit < units;)
        {
            int run = Math.Min(random.Next(1, 40), units - unit);
            if (random.Next(3) > 0)
                inUse.Add(new ByteRange(unit * Unit, run * Unit));
            unit += run;
        }

        // What the file system calls free holds anything; what moves, moves from where something lies.
        int targetUnits = random.Next(units / 3, units + 1);
        int staying = random.Next(0, targetUnits + 1);
        int by = targetUnits < units ? random.Next(Math.Min(FewestMoved, units - targetUnits), units - targetUnits + 1) : 0;
        int byLater = by > 1 ? random.Next((by + 1) / 2, by + 1) : by;
        int later = random.Next(staying, targetUnits + 1);
        var moved = new List<MovedDown>();
        if (by > 0 && later > staying)
            moved.Add(new MovedDown(ByteRange.Between(staying * Unit, later * Unit), by * Unit));
        if (by > 0 && targetUnits > later)
            moved.Add(new MovedDown(ByteRange.Between(later * Unit, targetUnits * Unit), byLater * Unit));
        var target = new byte[targetUnits * Unit];
        int changes = random.Next(2, 30);
        for (int unit = 0; unit < targetUnits; unit++)
        {
            int from = unit < staying || by == 0 ? unit : unit < later ? unit + by : unit + byLater;
            if (random.Next(changes) == 0)
                from = random.Next(units);
            if (!inUse.Contains(from * Unit))
                continue; // Zeros.
            image.AsSpan(from * Unit, Unit).CopyTo(target.AsSpan(unit * Unit));
            if (random.Next(changes * 3) == 0)
                target[unit * Unit + random.Next(Unit)] ^= 0x55;
        }

        return new InPlaceCase(image, target, inUse, moved, FewestCopied: random.Next(4) == 0 ? long.MaxValue : 0);
    }

    public InPlacePlan Plan(byte[]? image = null) => InPlacePlan.Make(
        new MemoryStore(image ?? Image), new MemoryStore(Target), InUse, Moved, FewestCopied, new Progress<long>(), CancellationToken.None);

    /// <summary>Runs the whole commit.</summary>
    public InPlaceCommit Run(RecordedFiles files, CancellationToken cancel = default)
    {
        var commit = new InPlaceCommit(files);
        commit.Run(Plan(files.ImageBytes), new MemoryStore(Target), cancel);
        return commit;
    }

    /// <summary>Whether an image holds everything that lay in the original.</summary>
    public bool IsOriginal(byte[] image) => image.Length == Image.Length && InUse.Ranges().All(range =>
        image.AsSpan((int)range.Start, (int)range.Length).SequenceEqual(Image.AsSpan((int)range.Start, (int)range.Length)));
}
