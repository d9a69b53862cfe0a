using System.Diagnostics;
using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Devices.Reading;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FirstBoot.References;

namespace ImgShrink.Pipeline;

/// <summary>Turns a card image into a small one: look, plan, compose, write, prove.</summary>
public static class ShrinkJob
{
    /// <summary>
    /// Runs the whole job; the source is only read, and the output appears when it is complete and proven. In place, the
    /// source is the output, and a journal beside it is what keeps it from harm.
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
        OutputName output = options.InPlace ? InPlaceImage.OutputOf(options) : OutputName.Of(options);
        if (!options.DryRun && !options.InPlace)
            OutputFile.ThrowIfRefused(output.Path, options.Overwrite);
        using IImageSource source = options is { InPlace: true, DryRun: false }
            ? InPlaceImage.Open(options.Source)
            : SourceOpening.Open(options.Source, Path.GetDirectoryName(output.Path), progress, cancel);
        ShrinkReport report = Run(source, output, options, progress, cancel);
        return report with { ElapsedSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds };
    }

    /// <summary>Runs the job for a source that is open.</summary>
    internal static ShrinkReport Run(
        IImageSource source, OutputName output, ShrinkOptions options, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        using CardReading reading = CardReading.Of(source);
        using ResumableCapture? capture = ResumableCapture.Of(source, output, options);
        return reading.Explaining(() => FinishEarlier(source, reading, output, options, progress, cancel)
            ?? Run(capture?.Source ?? source, reading, capture, output, options, progress, cancel));
    }

    /// <summary>
    /// Finishes a shrink in place that was interrupted, and tells what the image is now; null where there was none.
    /// </summary>
    private static ShrinkReport? FinishEarlier(
        IImageSource source, CardReading reading, OutputName output, ShrinkOptions options,
        IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        if (source is not InPlaceImage image || InPlaceJob.Finish(image, options, progress, cancel) is not { } finished)
            return null;
        ShrinkOptions look = new() { Source = options.Source, KeepSizes = true, DryRun = true };
        ShrinkReport report = Run(source, reading, capture: null, output, look, progress, cancel);
        return report with
        {
            Output = report.Output with { ImageBytes = finished.ImageBytes, Bytes = finished.FileBytes, Sha256 = finished.Sha256,
                Verified = options.Verify },
            InPlace = new InPlaceReport(FinishedEarlierRun: true, JournalBytes: 0),
            BytesRead = source.BytesRead,
        };
    }

    private static ShrinkReport Run(
        IImageSource source, CardReading reading, ResumableCapture? capture, OutputName output, ShrinkOptions options,
        IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        progress.Report(new ProgressStep(Phase.Checking, 0, 0));
        CardImage card = CardImage.Read(source, options.Salvage, cancel);
        RangeSet? inUse = options.InPlace ? InPlaceJob.InUse(card, cancel) : null;
        VolumeChoice choice = VolumeChoice.Of(card, options);

        progress.Report(new ProgressStep(Phase.Planning, 0, 0));
        CardPlan plan = CardPlan.Make(card, choice, options, cancel);
        TargetView target = options.AllSectors ? TargetDisk.AllSectors(card) : TargetDisk.Compose(card, plan.Views, cancel);
        RequireFit(target, options);
        IReadOnlyList<FoundReference> references = BootReferences.RequireKept(
            card, BootReferences.On(card, cancel), target, cancel);
        TargetView image = capture?.Begin(card, target) ?? target;
        ReadForecast? forecast = reading.Expect(target, capture?.KeptBytes ?? 0);
        if (forecast is not null)
            progress.Report(new ProgressStep(Phase.Planning, 0, 0) { Forecast = forecast });

        var report = new ShrinkReport
        {
            Source = new SourceReport(source.Path, source.Length),
            Table = TableReport.Of(card.Table),
            Partitions = [.. card.Volumes.Select(each => Describe(each, plan, cancel))],
            Os = OsReport.Of(card, cancel),
            Hook = HookReport.Of(plan.Hook),
            References = [.. references.Select(ReferenceReport.Of)],
            Generalized = GeneralizedReport.Of(plan.FirstBoot.Generalization),
            Output = OutputReport.Planned(output, target),
            Warnings =
            [
                .. card.Warnings, .. card.Remarks(cancel), .. CopiedUnclean(card, plan), .. ReferenceCheck.Warnings(references),
                .. choice.WhyNot is null ? [] : (string[])[choice.WhyNot],
                .. reading.Notes,
                .. plan.FirstBoot.Generalization?.Warning is { } kept ? (string[])[kept] : [],
                .. output.Format.CautionAbout(target.Length) is { } caution ? (string[])[caution] : [],
            ],
            Forecast = forecast,
        };
        InPlacePlan? change = inUse is null ? null : InPlaceJob.Plan(source, card, inUse, plan.Views, target, progress, cancel);
        // Nothing but the measurements is added behind this: what is written has its name, and no failure may follow.
        SideFiles beside = SideFiles.Of(options, image, report.Os, cancel);
        card.EndPlanning();
        WrittenImage? written = options.DryRun ? null
            : change is not null ? InPlaceJob.Write((InPlaceImage)source, change, target, options, progress, cancel)
            : capture is not null ? capture.Keeping(() => Write(beside, output, options, capture, progress, cancel))
            : Write(beside, output, options, capture, progress, cancel);
        CardLosses losses = reading.Losses(card, written is null ? null : output.Path, options.Overwrite, capture?.LostBefore, cancel);
        return report with
        {
            Output = report.Output with { Bytes = written?.FileBytes, Sha256 = written?.Sha256,
                Verified = options.Verify && written is not null,
                Beside = [.. beside.Files.Select(file => file.PathBeside(output.Path))] },
            InPlace = change is null ? null : new InPlaceReport(FinishedEarlierRun: false, change.JournalBytes),
            ResumedBytes = capture?.KeptBytes ?? 0,
            Unreadable = losses.Report,
            Warnings = [.. report.Warnings, .. losses.Warnings],
            BytesRead = source.BytesRead,
        };
    }

    private static PartitionReport Describe(CardVolume each, CardPlan plan, CancellationToken cancel) =>
        plan.Volumes.GetValueOrDefault(each.Partition.Number) is { } shrunk
            ? PartitionReport.Of(each, shrunk, cancel)
            : PartitionReport.Of(each, null, cancel) with { Recovery = null };

    /// <summary>What was recovered in memory to look at it, and is not shrunk: its bytes stay those of the source.</summary>
    private static IEnumerable<string> CopiedUnclean(CardImage card, CardPlan plan) => card.Volumes
        .Where(each => !plan.Volumes.ContainsKey(each.Partition.Number) && each.Volume is ExtVolume { Recovery: not null })
        .Select(each => $"{each.Partition.Title} was not unmounted cleanly and is copied as it is; its journal is "
            + "replayed by the next mount.");

    private static void RequireFit(TargetView target, ShrinkOptions options)
    {
        if (target.Length > options.LargestImage)
            throw new NotEnoughSpaceException(
                $"The image needs {target.Length} bytes and may have {options.LargestImage}.");
    }

    private static WrittenImage Write(
        SideFiles beside, OutputName output, ShrinkOptions options, ResumableCapture? capture, IProgress<ProgressStep> progress,
            CancellationToken cancel)
    {
        IProgress<long> Track(Phase phase) => new ByteProgress(progress, phase, beside.Image.Length);
        return ProvenOutput.Write(
            output.Format, beside.Image, output.Path, options.Compression with { KeepsPartial = capture is not null },
            beside.Files, options.Overwrite, options.Verify,
            capture?.Noting(Track(Phase.Writing)) ?? Track(Phase.Writing), Track(Phase.Verifying), cancel);
    }
}
