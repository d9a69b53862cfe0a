using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>The end of a shrink that changes the image itself.</summary>
internal static class InPlaceJob
{
    // Fewer go into the journal: each round of copies waits for the disk twice.
    private const long FewestCopied = 64 << 20;

    /// <summary>Finishes what an interrupted run has left; null where it has left nothing to finish.</summary>
    /// <param name="image">The image.</param>
    /// <param name="options">What to do now: whether to verify.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancel">Stops; the next run finishes then.</param>
    public static WrittenImage? Finish(
        InPlaceImage image, ShrinkOptions options, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        var commit = new InPlaceCommit(image) { Verify = options.Verify, Verified = new ByteProgress(progress, Phase.Verifying, image.Length) };
        RedoJournal? done = Explaining(image.Path, commit, () => commit.Finish(image.JournalPath, cancel));
        return done is null ? null : Written(done.TargetBytes, done.TargetDigest);
    }

    /// <summary>Compares the image with what it is to become.</summary>
    /// <param name="source">The image file.</param>
    /// <param name="card">What is in it, as it is.</param>
    /// <param name="inUse">What lay in it before anything was planned, by <see cref="InUse"/>.</param>
    /// <param name="views">The new views of its volumes.</param>
    /// <param name="target">What it is to become.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UnsupportedImageException">The target would be longer, or the image is not all there.</exception>
    public static InPlacePlan Plan(
        IImageSource source, CardImage card, RangeSet inUse, IReadOnlyDictionary<int, TargetView> views, TargetView target,
        IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        if (card.Disk.Length != source.Length || target.Length > source.Length)
            throw new UnsupportedImageException(
                $"{source.Path} has {source.Length} bytes, and the result would have {target.Length}; "
                + "in place an image does not become longer. Write to an output.");
        return InPlacePlan.Make(
            source, new DataOnly(target), inUse, MovesOf(card, views), FewestCopied,
            new ByteProgress(progress, Phase.Planning, target.Length), cancel);
    }

    /// <summary>What lies in an image: the volumes' data, and all that is in no volume.</summary>
    public static RangeSet InUse(CardImage card, CancellationToken cancel)
    {
        var inUse = new RangeSet();
        long free = 0;
        foreach (CardVolume volume in card.Volumes.OrderBy(each => each.Partition.Start))
        {
            inUse.Add(ByteRange.Between(free, volume.Partition.Start));
            inUse.Add(volume.DataOnDisk(cancel));
            free = volume.Partition.End;
        }

        inUse.Add(ByteRange.Between(free, card.Disk.Length));
        return inUse;
    }

    /// <summary>Makes the image its target.</summary>
    public static WrittenImage Write(
        InPlaceImage image, InPlacePlan plan, TargetView target, ShrinkOptions options, IProgress<ProgressStep> progress,
        CancellationToken cancel)
    {
        RequireRoom(image, plan);
        var commit = new InPlaceCommit(image)
        {
            Verify = options.Verify,
            Verified = new ByteProgress(progress, Phase.Verifying, target.Length),
        };
        progress.Report(new ProgressStep(Phase.Writing, 0, 0));
        return Explaining(image.Path, commit, () =>
        {
            commit.Run(plan, new DataOnly(target), cancel);
            return Written(target.Length, plan.TargetDigest);
        });
    }

    private static WrittenImage Written(long bytes, byte[] digest) => new(bytes, Convert.ToHexStringLower(digest), bytes);

    private static IReadOnlyList<MovedDown> MovesOf(CardImage card, IReadOnlyDictionary<int, TargetView> views)
    {
        Arrangement target = card.Arrange(views);
        return
        [
            .. target.Partitions
                .Select(each => new MovedDown(each.Range, card[each.Number].Partition.Start - each.Start))
                .Concat(target.Gaps.Select(
                    each => new MovedDown(new ByteRange(each.Target, each.Source.Length), each.Source.Start - each.Target)))
                .Where(each => each.By > 0)
                .OrderBy(each => each.Target.Start),
        ];
    }

    /// <summary>The journal, and what has been a hole of the file, need room on the disk.</summary>
    private static void RequireRoom(InPlaceImage image, InPlacePlan plan)
    {
        var present = new RangeIndex(image.DataRanges());
        long needed = plan.JournalBytes + plan.Free.Concat(plan.Steps.Select(step => new ByteRange(step.At, step.Length)))
            .Sum(range => HoleIn(present, range));
        string folder = System.IO.Path.GetDirectoryName(image.JournalPath)!;
        if (FreeSpace.Of(folder) is { } free && free < needed)
            throw new NotEnoughSpaceException(
                $"{folder} has {free} bytes free, and shrinking in place takes {needed} for a while. Make room. Nothing was written.");
    }

    private static long HoleIn(RangeIndex present, ByteRange range)
    {
        long holes = 0;
        for (long at = range.Start; at < range.End;)
        {
            var (isPresent, count) = present.RunAt(at, range.End - at);
            holes += isPresent ? 0 : count;
            at += count;
        }

        return holes;
    }

    /// <summary>Says of a failure behind the commit that nothing is lost, and how it goes on.</summary>
    private static T Explaining<T>(string image, InPlaceCommit commit, Func<T> work)
    {
        string advice = $" {image} is neither the old nor the new image now. Keep its journal beside it; this finishes the shrink: "
            + $"imgshrink shrink {image} --in-place";
        try
        {
            return work();
        }
        catch (OperationCanceledException cancelled) when (commit.IsCommitted)
        {
            throw new CancelledMidwayException("Cancelled." + advice, cancelled);
        }
        catch (NotEnoughSpaceException full) when (commit.IsCommitted)
        {
            throw new NotEnoughSpaceException(full.Message + advice, full);
        }
        catch (AccessException failed) when (commit.IsCommitted)
        {
            throw new AccessException(failed.Message + advice, failed);
        }
        catch (VerificationException wrong) when (commit.IsCommitted)
        {
            throw new VerificationException(wrong.Message + advice);
        }
    }
}

/// <summary>How the image itself was changed.</summary>
/// <param name="FinishedEarlierRun">Whether this only finished what an interrupted run had begun.</param>
/// <param name="JournalBytes">Length that the journal had, or would have; 0 for one of an earlier run.</param>
public sealed record InPlaceReport(bool FinishedEarlierRun, long JournalBytes);
