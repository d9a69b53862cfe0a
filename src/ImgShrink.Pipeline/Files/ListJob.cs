using ImgShrink.Blocks;
using ImgShrink.FileSystems;

namespace ImgShrink.Pipeline;

/// <summary>Looks into the file systems of an image; writes nothing.</summary>
public static class ListJob
{
    /// <summary>Lists a directory, or tells of one file, or which volumes there are to look into.</summary>
    /// <param name="source">The image.</param>
    /// <param name="path">What to look at.</param>
    /// <param name="progress">Told how far the unpacking is, where there is any.</param>
    /// <param name="cancel">Ends the job.</param>
    /// <exception cref="ImgShrinkException">There is nothing at the path, or it cannot be read.</exception>
    public static ListReport Run(
        string source, CardPath path, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(path);
        using IImageSource file = SourceOpening.Open(source, scratchFolder: null, progress, cancel);
        CardImage card = CardImage.Read(file, cancel: cancel);
        cancel.ThrowIfCancellationRequested();
        var report = new ListReport(new SourceReport(file.Path, file.Length));
        if (CardFiles.Find(card, path) is not { } found)
            return report with
            {
                Volumes = [.. card.Volumes.Where(each => each.Volume is IFileVolume).Select(each =>
                    new ListedVolume(each.Partition.Number, each.Volume.FileSystem, each.Volume.Label))],
            };
        // A link to a directory is looked through, as every listing does.
        IReadOnlyList<string> names = found.Entry.Kind is EntryKind.Directory or EntryKind.SymbolicLink
            ? found.Files.List(found.Path) : [];
        bool single = found.Entry.Kind != EntryKind.Directory && names.Count == 0;
        return report with
        {
            Path = found.Name,
            Entries = single
                ? [ListedEntry.Of(found.Files, found.Path[(found.Path.LastIndexOf('/') + 1)..], found.Path)!]
                : [.. names.Order(StringComparer.Ordinal)
                    .Select(name => ListedEntry.Of(found.Files, name, $"{found.Path.TrimEnd('/')}/{name}"))
                    .OfType<ListedEntry>()],
        };
    }
}

/// <summary>What was found at a path.</summary>
/// <param name="Source">The image.</param>
public sealed record ListReport(SourceReport Source)
{
    /// <summary>The path with its partition, "2:/etc"; null where only volumes are listed.</summary>
    public string? Path { get; init; }

    /// <summary>The volumes that can be looked into; empty where a path was found.</summary>
    public IReadOnlyList<ListedVolume> Volumes { get; init; } = [];

    /// <summary>The objects at the path, by name.</summary>
    public IReadOnlyList<ListedEntry> Entries { get; init; } = [];
}

/// <summary>A volume that can be looked into.</summary>
/// <param name="Partition">Number of its partition; 0 for a bare volume.</param>
/// <param name="FileSystem">Such as "ext4".</param>
/// <param name="Label">Its label; null for none.</param>
public sealed record ListedVolume(int Partition, string FileSystem, string? Label);

/// <summary>An object in a directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">"file", "directory", "symbolicLink", "characterDevice", "blockDevice", "pipe" or "socket".</param>
/// <param name="Bytes">Length of a file's content or of a link's target.</param>
/// <param name="Modified">When it was last changed.</param>
/// <param name="Target">Of a link: where it leads.</param>
/// <param name="Unix">Owner and permissions; null on FAT.</param>
public sealed record ListedEntry(
    string Name, EntryKind Kind, long Bytes, DateTimeOffset Modified, string? Target, ListedOwner? Unix)
{
    internal static ListedEntry? Of(IFileTree files, string name, string path) => files.TryStat(path) is not { } entry ? null
        : new ListedEntry(name, entry.Kind, entry.Length, entry.Modified, files.TryReadLink(path),
            entry.Unix is { } unix ? new ListedOwner((int)unix.Mode, unix.Owner, unix.Group, unix.Links, unix.Device?.Major,
                unix.Device?.Minor) : null);
}

/// <summary>Owner and permissions of an object.</summary>
/// <param name="Mode">The low 12 bits of st_mode, as a number.</param>
/// <param name="Owner">User id.</param>
/// <param name="Group">Group id.</param>
/// <param name="Links">Names that lead to it.</param>
/// <param name="DeviceMajor">Of a device.</param>
/// <param name="DeviceMinor">Of a device.</param>
public sealed record ListedOwner(int Mode, uint Owner, uint Group, int Links, uint? DeviceMajor, uint? DeviceMinor);
