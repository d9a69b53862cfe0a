using System.Diagnostics;
using ImgShrink.Blocks;
using ImgShrink.Devices;
using ImgShrink.Devices.Holding;
using ImgShrink.Devices.Listing;
using ImgShrink.Devices.Writing;

namespace ImgShrink.Pipeline;

/// <summary>Writes an image, or another card, to a card: look, lay out, write, prove.</summary>
public static class WriteJob
{
    /// <summary>The drive that would be written, to be shown to the user.</summary>
    /// <exception cref="AccessException">It is none, or one that must not be written.</exception>
    public static DriveFacts Target(WriteOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return WriteGuard.Require(options.Device, options.Source);
    }

    /// <summary>Runs the whole job.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="confirmed">The drive of which everything may be replaced, as <see cref="Target"/> told it.</param>
    /// <param name="progress">Told how far the job is.</param>
    /// <param name="cancel">Ends the job; a card whose writing had begun is left without a partition table.</param>
    /// <exception cref="ImgShrinkException">Anything that the user can do something about.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static WriteReport Run(
        WriteOptions options, DriveFacts confirmed, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(confirmed);
        ArgumentNullException.ThrowIfNull(progress);
        long started = Stopwatch.GetTimestamp();
        DriveFacts facts = Target(options);
        if ((facts.Path, facts.Model, facts.Bytes) != (confirmed.Path, confirmed.Model, confirmed.Bytes))
            throw new AccessException($"{options.Device} is another drive now. Nothing was written.");
        using IImageSource source = SourceOpening.Open(options.Source, scratchFolder: null, progress, cancel);
        using CardReading reading = CardReading.Of(source);
        WriteReport report = reading.Explaining(() => Run(facts, source, reading, options, progress, cancel));
        return report with { ElapsedSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds };
    }

    private static WriteReport Run(
        DriveFacts facts, IImageSource source, CardReading reading, WriteOptions options, IProgress<ProgressStep> progress,
        CancellationToken cancel)
    {
        progress.Report(new ProgressStep(Phase.Checking, 0, 0));
        CardImage card = CardImage.Read(source, cancel: cancel);
        progress.Report(new ProgressStep(Phase.Planning, 0, 0));
        CardFit fit;
        using (Drive look = Drives.OpenForReading(options.Device))
            fit = CardFit.For(card, look, options, cancel);
        var report = new WriteReport
        {
            Source = new SourceReport(source.Path, source.Length),
            Device = new DeviceReport(facts.Path, facts.Model, fit.Target.Length),
            Table = TableReport.Of(card.Table),
            Partitions = [.. card.Volumes.Select(
                each => PartitionReport.Of(each, fit.Plan.Volumes.GetValueOrDefault(each.Partition.Number), cancel))],
            GrownPartitionBytes = fit.Growth.Partition?.Length,
            GrownVolumeBytes = fit.Growth.Volume?.Bytes,
            ClaimedBytes = fit.Target.Claimed.TotalBytes,
            Warnings = [.. card.Warnings, .. card.Remarks(cancel), .. reading.Notes, fit.Growth.Sentence],
        };
        if (options.DryRun)
            return report;
        cancel.ThrowIfCancellationRequested();

        using VolumeHold hold = VolumeHold.ForWriting(facts);
        using Drive drive = Drives.OpenForWriting(options.Device);
        if (drive.Length != fit.Target.Length)
            throw new AccessException($"{drive.Path} has changed: it has {drive.Length} bytes now. Nothing was written.");
        reading.Expect(fit.Target);
        Write(new DriveWriter(drive, fit.Target), drive.Path, options.Verify, progress, cancel);
        CardLosses losses = reading.Losses(card, output: null, overwrite: false, before: null, cancel);
        return report with
        {
            Verified = options.Verify,
            BytesWritten = drive.BytesWritten,
            BytesRead = source.BytesRead,
            Unreadable = losses.Report,
            Warnings = [.. report.Warnings, .. losses.Warnings],
        };
    }

    private static void Write(
        DriveWriter writer, string device, bool verify, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        IProgress<long> Track(Phase phase) => new ByteProgress(progress, phase, writer.BodyBytes);
        try
        {
            writer.Clear();
            writer.WriteBody(Track(Phase.Writing), cancel);
            if (verify)
                writer.VerifyBody(Track(Phase.Verifying), cancel);
            cancel.ThrowIfCancellationRequested();
            writer.WriteHead(verify);
        }
        catch (OperationCanceledException cancelled)
        {
            throw new CancelledMidwayException(
                $"Cancelled. {device} has no partition table now and is empty to every system; write it again.", cancelled);
        }
    }
}

/// <summary>The drive that was written.</summary>
/// <param name="Path">What the system calls it.</param>
/// <param name="Model">What it calls itself.</param>
/// <param name="Bytes">Its size.</param>
public sealed record DeviceReport(string Path, string? Model, long Bytes);

/// <summary>The outcome of writing a card.</summary>
public sealed record WriteReport
{
    /// <summary>What was written.</summary>
    public required SourceReport Source { get; init; }

    /// <summary>Where it was written to.</summary>
    public required DeviceReport Device { get; init; }

    /// <summary>The partition table.</summary>
    public required TableReport Table { get; init; }

    /// <summary>The partitions.</summary>
    public required IReadOnlyList<PartitionReport> Partitions { get; init; }

    /// <summary>The length that the last partition has on the card, where that is more than in the image; else null.</summary>
    public required long? GrownPartitionBytes { get; init; }

    /// <summary>The length that its file system has on the card, where that is more than in the image; else null.</summary>
    public required long? GrownVolumeBytes { get; init; }

    /// <summary>Bytes of the card that something relies on; all others were not written.</summary>
    public required long ClaimedBytes { get; init; }

    /// <summary>Whether the card was read back and compared.</summary>
    public bool Verified { get; init; }

    /// <summary>Bytes sent to the card; 0 when nothing was written.</summary>
    public long BytesWritten { get; init; }

    /// <summary>Bytes read from the source.</summary>
    public long BytesRead { get; init; }

    /// <summary>What a card as the source could not give; null where it gave everything.</summary>
    public UnreadableReport? Unreadable { get; init; }

    /// <summary>How long it took.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>What the user should know, in sentences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
