using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Generalizing;

/// <summary>
/// Paths with stars in names, and "**" as the last name for all files below; symbolic links are not followed.
/// </summary>
internal static class PathPattern
{
    // Deeper than any tree of logs; links are not followed, so there are no circles.
    private const int Deepest = 16;

    /// <summary>The files and links that a pattern means, ascending.</summary>
    public static IEnumerable<string> Files(IFileTree tree, string pattern)
    {
        IEnumerable<string> found = [""];
        foreach (string name in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
            found = found.SelectMany(folder => name == "**" ? Below(tree, folder, Deepest) : Named(tree, folder, name));
        return found.Where(path => !IsDirectory(tree, path)).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Named(IFileTree tree, string folder, string name)
    {
        if (!name.Contains('*'))
            return tree.Exists($"{folder}/{name}") ? [$"{folder}/{name}"] : [];
        string[] parts = name.Split('*');
        return Names(tree, folder)
            .Where(each => each.Length >= name.Length - 1 && each.StartsWith(parts[0]) && each.EndsWith(parts[^1]))
            .Select(each => $"{folder}/{each}");
    }

    private static IEnumerable<string> Below(IFileTree tree, string folder, int depth) => Names(tree, folder)
        .Select(name => $"{folder}/{name}")
        .SelectMany(path => !IsDirectory(tree, path) ? [path] : depth > 0 ? Below(tree, path, depth - 1) : []);

    private static IEnumerable<string> Names(IFileTree tree, string folder) =>
        folder == "" || IsDirectory(tree, folder) ? tree.List(folder == "" ? "/" : folder) : [];

    private static bool IsDirectory(IFileTree tree, string path) => tree.TryStat(path)?.Kind == EntryKind.Directory;
}
