using System.Diagnostics;
using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Shrink;
using ImgShrink.FirstBoot;

namespace ImgShrink.Pipeline;

/// <summary>Turns a card image into a small one: look, plan, compose, write, prove.</summary>
public static class ShrinkJob
{
    /// <summary>
    /// Runs the whole job; the source is only read, and the output appears when it is complete and proven.
    /// </summary>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told how far the job is, from several threads.</param>
    /// <param name="cancel">Ends the job; no output is left.</param>
    /// <exception cref="ImgShrinkException">Anything that the user can do something about.</exception>
    public static ShrinkReport Run(ShrinkOptions options, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        long started = Stopwatch.GetTimestamp();
        OutputName output = OutputName.Of(options);
        using var source = new RawImageFile(options.Source);

        progress.Report(new ProgressStep(Phase.Checking, 0, 0));
        CardImage card = CardImage.Read(source);
        CardVolume? volume = VolumeToShrink(card, options, out string? whyNot);
        if (volume?.Volume is ExtVolume ext)
            Prepare(ext, options, cancel);

        progress.Report(new ProgressStep(Phase.Planning, 0, 0));
        HookDecision hook = volume is null ? HookDecision.None(whyNot!)
            : FirstBootStep.Apply(card, volume, options.Expand);
        ShrinkPlan? plan = volume is null ? null : PlanShrink(card, volume, options, cancel);
        TargetView target = TargetDisk.Compose(card, Views(volume, plan), options.AllSectors);
        RequireFit(target, options);

        var report = new ShrinkReport
        {
            Source = new SourceReport(source.Path, source.Length),
            Table = TableReport.Of(card.Table),
            Partitions = [.. card.Volumes.Select(each => Describe(each, each == volume ? plan : null))],
            Os = OsReport.Of(card),
            Hook = new HookReport(hook.Mechanism, hook.Reason),
            Output = OutputReport.Planned(output, target),
            Warnings = [.. card.Warnings, .. CopiedUnclean(card, volume), .. whyNot is null ? [] : (string[])[whyNot]],
        };
        // Nothing but the measurements is added behind this: what is written has its name, and no failure may follow.
        WrittenImage? written = options.DryRun ? null : Write(target, output, options, progress, cancel);
        return report with
        {
            Output = report.Output with { Bytes = written?.FileBytes, Sha256 = written?.Sha256,
                Verified = options.Verify && written is not null },
            BytesRead = source.BytesRead,
            ElapsedSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
        };
    }

    private static CardVolume? VolumeToShrink(CardImage card, ShrinkOptions options, out string? whyNot)
    {
        if (!options.KeepSizes && !options.AllSectors
            && card.Volumes.FirstOrDefault(each => each.Damage is not null)?.Damage is { } damage)
            throw damage;
        CardVolume? last = card.LastExt;
        whyNot = options.KeepSizes || options.AllSectors ? "Volumes keep their sizes, as asked for."
            : last is null ? "There is no ext volume: nothing can be shrunk, free space is skipped."
            : !card.IsLast(last) ? $"Partition {last.Partition.Number} ({last.Volume.FileSystem}) is not the last one on the card, so it keeps its size; free space is skipped."
            : null;
        return whyNot is null ? last : null;
    }

    private static void Prepare(ExtVolume volume, ShrinkOptions options, CancellationToken cancel)
    {
        volume.RequireSound(cancel);
        if (options.ReservedShare is double share)
            volume.ReserveForRoot(share);
    }

    private static PartitionReport Describe(CardVolume each, ShrinkPlan? plan)
    {
        PartitionReport report = PartitionReport.Of(each, plan);
        return plan is null ? report with { Recovery = null } : report;
    }

    /// <summary>What was recovered in memory to look at it, and is not shrunk: its bytes stay those of the source.</summary>
    private static IEnumerable<string> CopiedUnclean(CardImage card, CardVolume? shrunk) => card.Volumes
        .Where(each => each != shrunk && each.Volume is ExtVolume { Recovery: not null })
        .Select(each => $"Partition {each.Partition.Number} was not unmounted cleanly and is copied as it is; its journal is "
            + "replayed by the next mount.");

    private static ShrinkPlan PlanShrink(CardImage card, CardVolume volume, ShrinkOptions options,
        CancellationToken cancel)
    {
        ShrinkRoom room = options.Room;
        if (options.LargestImage is long largest)
            room = ShrinkRoom.UpTo(
                Math.Max(1, Math.Min(card.Table.LargestLastPartition(largest), volume.Partition.Length)));
        return ((ExtVolume)volume.Volume).PlanShrink(room, cancel);
    }

    private static Dictionary<int, TargetView> Views(CardVolume? volume, ShrinkPlan? plan) =>
        volume is null || plan is null ? [] : new() { [volume.Partition.Number] = plan.View };

    private static void RequireFit(TargetView target, ShrinkOptions options)
    {
        if (target.Length > options.LargestImage)
            throw new NotEnoughSpaceException(
                $"The image needs {target.Length} bytes and may have {options.LargestImage}.");
    }

    private static WrittenImage Write(
        TargetView target, OutputName output, ShrinkOptions options, IProgress<ProgressStep> progress,
            CancellationToken cancel)
    {
        IProgress<long> Track(Phase phase) => new ByteProgress(progress, phase, target.Length);
        return ProvenOutput.Write(
            output.Format, target, output.Path, options.Compression, options.Overwrite, options.Verify,
            Track(Phase.Writing), Track(Phase.Verifying), cancel);
    }

    /// <summary>Passes byte counts on at once, on the thread that reports them.</summary>
    private sealed class ByteProgress(IProgress<ProgressStep> progress, Phase phase, long total) : IProgress<long>
    {
        public void Report(long value) => progress.Report(new ProgressStep(phase, value, total));
    }
}
