using ImgShrink.Blocks;
using ImgShrink.FileSystems;

namespace ImgShrink.Pipeline;

/// <summary>What to take out of an image.</summary>
public sealed record ExtractOptions
{
    /// <summary>The image to read.</summary>
    public required string Source { get; init; }

    /// <summary>The file or directory to take.</summary>
    public required CardPath Path { get; init; }

    /// <summary>
    /// Where to put it: a folder that exists takes it in under its own name, else this is its name; null for the current
    /// folder.
    /// </summary>
    public string? Destination { get; init; }

    /// <summary>Replaces files that exist.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>Takes files and directories out of an image.</summary>
public static class ExtractJob
{
    /// <summary>Takes out a file, or a directory with all that is in it.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told how far the job is.</param>
    /// <param name="cancel">Ends the job; files that were taken out whole stay.</param>
    /// <exception cref="CancelledMidwayException">It was cancelled when something had been taken out.</exception>
    /// <exception cref="ImgShrinkException">Anything that the user can do something about.</exception>
    public static ExtractReport Run(
        ExtractOptions options, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        using IImageSource source = SourceOpening.Open(options.Source, scratchFolder: null, progress, cancel);
        progress.Report(new ProgressStep(Phase.Checking, 0, 0));
        CardImage card = CardImage.Read(source, cancel: cancel);
        FoundFile found = CardFiles.Find(card, options.Path)
            ?? throw new AccessException("The card has several volumes; name one, such as 2:/ (see 'imgshrink ls').");
        string destination = DestinationOf(found, options.Destination);
        long total = Below(found, cancel).Where(each => each.Entry.Kind == EntryKind.File)
            .Aggregate(found.Entry.Length, (sum, each) => FileSizes.Add(sum, each.Entry.Length));
        FreeSpace.ThrowIfLess(destination, total);

        var report = new ExtractReport(new SourceReport(source.Path, source.Length), found.Name, destination);
        var tree = new HostTree(report, options.Overwrite, new ByteProgress(progress, Phase.Extracting, total), cancel);
        try
        {
            tree.Begin(found, destination);
            foreach (WalkedFile each in Below(found, cancel))
                tree.Add(found.Files, each);
            tree.Finish();
        }
        catch (OperationCanceledException stopped) when (Path.Exists(destination))
        {
            throw new CancelledMidwayException($"Cancelled. What was taken out until then is in {destination}, and every file there is whole.", stopped);
        }

        return report;
    }

    private static IEnumerable<WalkedFile> Below(FoundFile found, CancellationToken cancel) =>
        found.Entry.Kind == EntryKind.Directory
            ? FileWalk.Below(found.Volume.Volume, found.Files, found.Path, cancel)
            : [];

    private static string DestinationOf(FoundFile found, string? destination)
    {
        string place = Path.GetFullPath(destination ?? ".");
        string parent = Path.GetDirectoryName(place) ?? place;
        if (!Directory.Exists(place) && !Directory.Exists(parent))
            throw new AccessException($"There is no folder {parent}; make it first, or name another.");
        string name = found.Path == "/" ? NameOf(found.Volume) : found.Path[(found.Path.LastIndexOf('/') + 1)..];
        return Directory.Exists(place) ? Path.Combine(place, HostName.Here.Of(name)) : place;
    }

    private static string NameOf(CardVolume volume) =>
        volume.Volume.Label is { Length: > 0 } label ? label : $"partition{volume.Partition.Number}";
}
