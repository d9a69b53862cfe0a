using ImgShrink.Blocks;
using ImgShrink.FileSystems;

namespace ImgShrink.Pipeline;

/// <summary>A directory, and how much lies in it.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Bytes">Bytes of the files in it and below, hard links counted once.</param>
public sealed record FolderSize(string Path, long Bytes);

/// <summary>A directory on a card, and how much lies in it.</summary>
/// <param name="Partition">Number of its partition; 0 for a bare volume.</param>
/// <param name="Path">Its path on the volume.</param>
/// <param name="Bytes">Bytes of the files in it and below, hard links counted once.</param>
public sealed record CardFolder(int Partition, string Path, long Bytes);

/// <summary>Finds out where the bytes of a volume are.</summary>
internal static class LargestFolders
{
    // Deep enough to name a program's data, and not every folder in it.
    private const int DeepestLevel = 4;

    /// <summary>The directories with most in them on all volumes that can be looked into, the largest first.</summary>
    public static IReadOnlyList<CardFolder> On(CardImage card, int count, CancellationToken cancel) =>
    [
        .. card.Volumes.SelectMany(each => TryOf(each, count, cancel)
                .Select(folder => new CardFolder(each.Partition.Number, folder.Path, folder.Bytes)))
            .OrderByDescending(folder => folder.Bytes)
            .Take(count),
    ];

    /// <summary>
    /// The directories with most in them, largest first, none inside another: where nearly all of one is in a directory
    /// below it, that one is named.
    /// </summary>
    public static IReadOnlyList<FolderSize> Of(IFileVolume volume, int count, CancellationToken cancel)
    {
        IFileTree files = volume.OpenFiles();
        var sizes = new Dictionary<string, long>();
        var seen = new HashSet<long>();
        foreach (WalkedFile each in FileWalk.Below(volume, files, "/", cancel))
        {
            bool counts = each.Entry.Kind == EntryKind.File
                && (each.Entry.Unix is not { Links: > 1 } linked || seen.Add(linked.Inode));
            if (counts)
                AddTo(sizes, each);
        }

        ILookup<string, long> below = sizes.ToLookup(each => each.Key[..each.Key.LastIndexOf('/')], each => each.Value);
        return [.. sizes.Where(each => !below[each.Key].Any(child => child > each.Value / 10 * 8))
            .OrderByDescending(each => each.Value).ThenBy(each => each.Key, StringComparer.Ordinal)
            .Aggregate(new List<FolderSize>(), (named, each) => Join(named, each.Key, each.Value, count))];
    }

    private static IReadOnlyList<FolderSize> TryOf(CardVolume card, int count, CancellationToken cancel)
    {
        try
        {
            return card.Volume is IFileVolume volume ? Of(volume, count, cancel) : [];
        }
        catch (Exception closed) when (closed is CorruptImageException or UnsupportedImageException)
        {
            // What is wrong with a volume is said elsewhere; it does not hide the others.
            return [];
        }
    }

    private static void AddTo(Dictionary<string, long> sizes, WalkedFile file)
    {
        int level = 0;
        for (int slash = file.Path.IndexOf('/', 1); slash > 0 && level < DeepestLevel; slash = file.Path.IndexOf('/', slash + 1))
        {
            string folder = file.Path[..slash];
            sizes[folder] = FileSizes.Add(sizes.GetValueOrDefault(folder), file.Entry.Length);
            level++;
        }
    }

    private static List<FolderSize> Join(List<FolderSize> named, string path, long bytes, int count)
    {
        bool related = named.Exists(each => path.StartsWith(each.Path + "/", StringComparison.Ordinal)
            || each.Path.StartsWith(path + "/", StringComparison.Ordinal));
        if (!related && named.Count < count)
            named.Add(new FolderSize(path, bytes));
        return named;
    }
}
