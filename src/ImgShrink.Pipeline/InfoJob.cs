using System.Diagnostics;
using System.Text.Json.Serialization;
using ImgShrink.Blocks;
using ImgShrink.FirstBoot;
using ImgShrink.FirstBoot.References;
using ImgShrink.Pipeline.Map;

namespace ImgShrink.Pipeline;

/// <summary>Looks at an image and says what is on it and how small it would get; writes nothing.</summary>
public static class InfoJob
{
    private const int FoldersNamed = 5;

    /// <summary>Looks at the image at <paramref name="source"/>.</summary>
    /// <param name="source">The image.</param>
    /// <param name="progress">Told how far the unpacking is, where there is any.</param>
    /// <param name="cancel">Ends the job.</param>
    /// <param name="salvage">Goes on with an image that ends too early, as long as nothing in use is missing.</param>
    /// <param name="withMap">Whether the report gets a map, for which a shrink is planned.</param>
    /// <exception cref="ImgShrinkException">It cannot be read, or is no image.</exception>
    public static InfoReport Run(
        string source, IProgress<ProgressStep> progress, CancellationToken cancel, bool salvage = false, bool withMap = false)
    {
        ArgumentNullException.ThrowIfNull(progress);
        long started = Stopwatch.GetTimestamp();
        using IImageSource file = SourceOpening.Open(source, scratchFolder: null, progress, cancel);
        return Look(file, source, salvage, withMap, cancel) with
        {
            ElapsedSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
        };
    }

    /// <summary>Looks at an image that is open.</summary>
    internal static InfoReport Look(IImageSource file, string source, bool salvage, bool withMap, CancellationToken cancel)
    {
        CardImage card = CardImage.Read(file, salvage, cancel);
        cancel.ThrowIfCancellationRequested();
        CardVolume? volume = VolumeChoice.MostFree(card);
        PartitionReport[] partitions = [.. card.Volumes.Select(each => PartitionReport.Of(each, null, cancel))];
        bool canShrink = partitions.Any(each => each.Number == volume?.Partition.Number && each.Obstacle is null);
        HookDecision hook = canShrink
            ? FirstBootStep.Decide(card, volume, volume!.Partition.Start, ExpandWish.Default)
            : HookDecision.None("nothing on it can be shrunk");
        IReadOnlyList<FoundReference> references = BootReferences.On(card, cancel);
        var report = new InfoReport
        {
            Source = new SourceReport(file.Path, file.Length),
            Table = TableReport.Of(card.Table),
            Partitions = partitions,
            Os = OsReport.Of(card, cancel),
            Hook = HookReport.Of(hook),
            References = [.. references.Select(ReferenceReport.Of)],
            LargestFolders = LargestFolders.On(card, FoldersNamed, cancel),
            MinimumImageBytes = MinimumImage(card, volume, partitions),
            BytesRead = file.BytesRead,
            ElapsedSeconds = 0,
            Warnings =
            [
                .. card.Warnings, .. card.Remarks(cancel),
                .. partitions.Where(each => each.Obstacle is not null)
                    .Select(each => $"{card[each.Number].Partition.Title}: {each.Obstacle}"),
                .. ReferenceCheck.Warnings(references),
            ],
        };
        return withMap ? report with { Map = CardMap.Of(card, source, cancel) } : report;
    }

    private static long MinimumImage(CardImage card, CardVolume? volume, PartitionReport[] partitions)
    {
        long? minimum = volume is null ? null : partitions.First(
            each => each.Number == volume.Partition.Number).MinimumBytes;
        return card.Table.MinimumImageLength(card.Arrange(minimum is long bytes
            ? new Dictionary<int, long> { [volume!.Partition.Number] = bytes } : []));
    }
}

/// <summary>What is on an image.</summary>
public sealed record InfoReport
{
    /// <summary>The image that was read.</summary>
    public required SourceReport Source { get; init; }

    /// <summary>Its partition table.</summary>
    public required TableReport Table { get; init; }

    /// <summary>Its partitions.</summary>
    public required IReadOnlyList<PartitionReport> Partitions { get; init; }

    /// <summary>The system on it; null when none was recognised.</summary>
    public required OsReport? Os { get; init; }

    /// <summary>What the first boot of a shrunk image would do.</summary>
    public required HookReport Hook { get; init; }

    /// <summary>The partitions that boot files ask for.</summary>
    public required IReadOnlyList<ReferenceReport> References { get; init; }

    /// <summary>Where the bytes are: the directories with most in them, none inside another, the largest first.</summary>
    public required IReadOnlyList<CardFolder> LargestFolders { get; init; }

    /// <summary>The shortest image it can be shrunk to, in bytes, with no room left.</summary>
    public required long MinimumImageBytes { get; init; }

    /// <summary>Where the bytes lie, to be drawn; null where nobody asked.</summary>
    [JsonIgnore]
    public CardMap? Map { get; init; }

    /// <summary>Bytes read from the source.</summary>
    public required long BytesRead { get; init; }

    /// <summary>How long it took.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>What the user should know, in sentences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
