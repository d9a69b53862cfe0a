using System.Diagnostics;
using ImgShrink.Blocks;
using ImgShrink.Containers.Checking;
using ImgShrink.FirstBoot.References;

namespace ImgShrink.Pipeline.Verify;

/// <summary>Proves an image: unpack, check every file system, and compare with what is known of it.</summary>
public static class VerifyJob
{
    /// <summary>Runs the whole job; nothing is written but a scratch file.</summary>
    /// <param name="options">What to verify, and with what.</param>
    /// <param name="progress">Told how far the job is, from several threads.</param>
    /// <param name="cancel">Ends the job.</param>
    /// <exception cref="ImgShrinkException">
    /// It cannot be read, is no card image, or does not even decode. What is wrong with its volumes is in the report.
    /// </exception>
    public static VerifyReport Run(VerifyOptions options, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        long started = Stopwatch.GetTimestamp();
        PublishedChecksum[] published = [.. Given(options), .. PublishedChecksums.Beside(options.Image)];
        using IImageSource source = SourceOpening.Open(options.Image, scratchFolder: null, progress, cancel);

        progress.Report(new ProgressStep(Phase.Checking, 0, 0));
        CardImage card = CardImage.Read(source, cancel: cancel);
        VolumeVerdict[] volumes = [.. card.Volumes.Select(each => VolumeVerdict.Of(each, cancel))];
        IReadOnlyList<FoundReference> references = BootReferences.On(card, cancel);

        ContentChecksums image = Checksums(source, published, progress, cancel);
        ChecksumVerdict[] checksums = Compare(options.Image, source, image, published, progress, cancel);
        BlockMapVerdict? blockMap = Compare(StoredBlockMap.Beside(options.Image), source, cancel);
        ComparisonVerdict? comparison = options.Against is null ? null : Compare(card, options.Against, progress, cancel);
        return new VerifyReport
        {
            Source = new SourceReport(source.Path, source.Length),
            Table = TableReport.Of(card.Table),
            Volumes = volumes,
            Sha256 = image["sha256"],
            Checksums = checksums,
            BlockMap = blockMap,
            Comparison = comparison,
            BytesRead = source.BytesRead,
            ElapsedSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
            References = [.. references.Select(ReferenceReport.Of)],
            Warnings = [.. card.Table.Warnings, .. card.Table.Oddities, .. ReferenceCheck.Warnings(references)],
        };
    }

    private static PublishedChecksum[] Given(VerifyOptions options) => options.Published is { } sum
        ? [new PublishedChecksum("--sha256", sum, ChecksumOf.FileOrImage)] : [];

    private static ContentChecksums Checksums(
        IImageSource source, PublishedChecksum[] published, IProgress<ProgressStep> progress, CancellationToken cancel) =>
        ContentChecksums.Of(source, published.Select(each => each.Expected.Algorithm).Append("sha256"),
            new ByteProgress(progress, Phase.Verifying, source.Length), cancel);

    /// <summary>Compares with the image first, and with its file where that is something else and somebody has to know.</summary>
    private static ChecksumVerdict[] Compare(
        string path, IImageSource source, ContentChecksums image, PublishedChecksum[] published,
        IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        ContentChecksums? file = source is RawImageFile ? image : null;
        return [.. published.Select(each => new ChecksumVerdict(
            each.Origin, each.Expected.Algorithm, each.Expected.Hex, Matches(each)))];

        string? Matches(PublishedChecksum each)
        {
            if (each.Of != ChecksumOf.File && image.Match(each.Expected))
                return "image";
            return each.Of != ChecksumOf.Image && OfFile().Match(each.Expected) ? "file" : null;
        }

        ContentChecksums OfFile()
        {
            if (file is not null)
                return file;
            using var packed = new RawImageFile(path);
            return file = Checksums(packed, published, progress, cancel);
        }
    }

    private static BlockMapVerdict? Compare(StoredBlockMap? map, IImageSource source, CancellationToken cancel)
    {
        if (map is null)
            return null;
        bool isLength = map.ImageBytes == source.Length;
        long[] different = isLength ? [.. map.DifferentRanges(source, cancel).Take(10)] : [];
        return new BlockMapVerdict(map.Path, map.ImageBytes, map.RangeCount, isLength && different.Length == 0, different);
    }

    private static ComparisonVerdict Compare(
        CardImage card, string against, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        using IImageSource source = SourceOpening.Open(against, scratchFolder: null, progress, cancel);
        progress.Report(new ProgressStep(Phase.Comparing, 0, 0));
        return CardComparison.Run(card, source, cancel);
    }
}
