namespace ImgShrink.Pipeline;

/// <summary>A folder of old images: which of its files are some.</summary>
internal static class ArchiveFolder
{
    private static readonly string[] s_images = [".img", ".vhd", ".vhdx"];
    private static readonly string[] s_packed = [".zst", ".xz", ".gz", ".bz2", ".zip"];

    /// <summary>
    /// The images in a folder and all below it, by path: files named <c>.img</c>, <c>.vhd</c>, <c>.vhdx</c>, or <c>.img</c>
    /// and a format that packs one file, such as <c>.img.gz</c>. Results of a shrink are none, and links are not followed.
    /// </summary>
    public static IReadOnlyList<string> Images(string folder) =>
        [.. Files(folder).Where(path => IsNamedAsImage(path) && !IsResult(path)).Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Whether there are results of a shrink in a folder, or below it.</summary>
    public static bool HasResults(string folder) => Files(folder).Any(path => IsNamedAsImage(path) && IsResult(path));

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", new EnumerationOptions
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.System | FileAttributes.Hidden,
    });

    private static bool IsResult(string path) => Path.GetFileName(path).Contains(".shrunk.", StringComparison.OrdinalIgnoreCase);

    private static bool IsNamedAsImage(string path)
    {
        string name = Path.GetFileName(path).ToLowerInvariant();
        if (s_packed.Contains(Path.GetExtension(name)))
            name = Path.GetFileNameWithoutExtension(name);
        return s_images.Contains(Path.GetExtension(name));
    }
}
