using System.Security.Cryptography;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>Bytes of a target that lie further behind in the source, all by the same distance.</summary>
/// <param name="Target">Where they go.</param>
/// <param name="By">Bytes from there to where they are, more than 0.</param>
internal readonly record struct MovedDown(ByteRange Target, long By);

/// <summary>What has to be written so that an image becomes its own target: found by comparing the two.</summary>
/// <remarks>
/// Where nothing lies in the image, a target is put there at once, and the image stays what it was. Where something lies,
/// a step of the journal does it later. 16 and 32 bytes of memory for each run of either.
/// </remarks>
internal sealed class InPlacePlan
{
    private const int Piece = 1 << 20;
    private const int Unit = 4096;

    private readonly List<ByteRange> _free = [];
    private readonly List<RedoStep> _steps = [];

    /// <summary>Places where nothing lies in the image, ascending.</summary>
    public IReadOnlyList<ByteRange> Free => _free;

    /// <summary>What changes where something lies, ascending.</summary>
    public IReadOnlyList<RedoStep> Steps => _steps;

    /// <summary>SHA-256 of the target.</summary>
    public required byte[] TargetDigest { get; init; }

    /// <summary>Bytes that the journal has to hold.</summary>
    public long DataBytes { get; private set; }

    /// <summary>The length of the journal.</summary>
    public long JournalBytes => RedoJournal.FileBytes(_steps.Count, DataBytes);

    /// <summary>Compares an image with what it is to become.</summary>
    /// <param name="image">The image.</param>
    /// <param name="target">Its target, not longer.</param>
    /// <param name="inUse">What lies in the image; all else may be replaced at any time.</param>
    /// <param name="moved">Where runs of the target lie further behind in the image; ascending, without overlaps.</param>
    /// <param name="fewestCopied">
    /// Bytes from which on runs are copied from where they are, in many small rounds; fewer are put into the journal.
    /// </param>
    /// <param name="progress">Told how many bytes are compared.</param>
    /// <param name="cancel">Stops.</param>
    public static InPlacePlan Make(
        IBlockSource image, IBlockSource target, RangeSet inUse, IReadOnlyList<MovedDown> moved, long fewestCopied,
        IProgress<long> progress, CancellationToken cancel)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var used = new RangeIndex(inUse);
        var (free, steps) = (new List<ByteRange>(), new List<RedoStep>());
        int piece = (int)Math.Min(Piece, target.Length);
        byte[] now = new byte[piece], then = new byte[piece], behind = new byte[piece];
        for (long at = 0; at < target.Length; at += Piece)
        {
            cancel.ThrowIfCancellationRequested();
            int count = (int)Math.Min(Piece, target.Length - at);
            target.Read(at, then.AsSpan(0, count));
            image.Read(at, now.AsSpan(0, count));
            digest.AppendData(then, 0, count);
            if (!now.AsSpan(0, count).SequenceEqual(then.AsSpan(0, count)))
                Compare(at, count);
            progress.Report(at + count);
        }

        var plan = new InPlacePlan { TargetDigest = digest.GetHashAndReset() };
        plan._free.AddRange(free);
        plan.Take(steps, copy: steps.Where(step => step.Kind == RedoKind.Copy).Sum(step => step.Length) >= fewestCopied);
        return plan;

        void Compare(long start, int count)
        {
            for (int first = 0, next; first < count; first = next)
            {
                var (by, length) = MoveAt(moved, start + first, count - first);
                next = first + length;
                if (by is { } distance)
                    image.Read(start + first + distance, behind.AsSpan(first, length));
                for (int unit = first; unit < next; unit += Unit)
                {
                    int part = Math.Min(unit + Unit, next);
                    if (!now.AsSpan(unit..part).SequenceEqual(then.AsSpan(unit..part)))
                        Sort(start, unit, part, by);
                }
            }
        }

        void Sort(long start, int first, int end, long? by)
        {
            while (first < end)
            {
                long at = start + first;
                var (isUsed, length) = used.RunAt(at, end - first);
                if (!isUsed)
                    Append(free, new ByteRange(at, length));
                else
                    Append(steps, Step(at, then.AsSpan(first, (int)length), behind.AsSpan(first, (int)length), by));
                first += (int)length;
            }
        }

        RedoStep Step(long at, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> bytesBehind, long? by)
        {
            if (!bytes.ContainsAnyExcept((byte)0))
                return new RedoStep(RedoKind.Zeros, at, bytes.Length, 0);
            bool isCopy = by is { } distance && bytes.SequenceEqual(bytesBehind)
                && used.RunAt(at + distance, bytes.Length) == (true, bytes.Length);
            return new RedoStep(isCopy ? RedoKind.Copy : RedoKind.Bytes, at, bytes.Length, isCopy ? at + by!.Value : 0);
        }
    }

    /// <summary>From how much further behind a byte comes, and for how many of at most <paramref name="limit"/> that stays so.</summary>
    private static (long? By, int Length) MoveAt(IReadOnlyList<MovedDown> moved, long at, int limit)
    {
        foreach (MovedDown each in moved)
        {
            if (each.Target.Start > at)
                return (null, (int)Math.Min(limit, each.Target.Start - at));
            if (each.Target.End > at)
                return (each.By, (int)Math.Min(limit, each.Target.End - at));
        }

        return (null, limit);
    }

    private static void Append(List<ByteRange> runs, ByteRange run)
    {
        if (runs.Count > 0 && runs[^1].End == run.Start)
            runs[^1] = ByteRange.Between(runs[^1].Start, run.End);
        else
            runs.Add(run);
    }

    private static void Append(List<RedoStep> steps, RedoStep step)
    {
        if (steps.Count > 0 && steps[^1].Kind == RedoKind.Bytes && step.Kind == RedoKind.Bytes && steps[^1].End == step.At)
            steps[^1] = steps[^1] with { Length = steps[^1].Length + step.Length };
        else if (steps.Count > 0 && steps[^1].Joined(step) is { } joined)
            steps[^1] = joined;
        else
            steps.Add(step);
    }

    /// <summary>Takes the steps over, and gives those that the journal holds the bytes of their place in its data.</summary>
    private void Take(List<RedoStep> steps, bool copy)
    {
        foreach (RedoStep each in steps)
        {
            RedoStep step = each.Kind == RedoKind.Copy && !copy ? each with { Kind = RedoKind.Bytes } : each;
            if (step.Kind == RedoKind.Bytes)
            {
                step = step with { From = DataBytes };
                DataBytes += step.Length;
            }

            Append(_steps, step);
        }
    }
}
