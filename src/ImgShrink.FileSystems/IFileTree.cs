using ImgShrink.Blocks;

namespace ImgShrink.FileSystems;

/// <summary>The files of a volume, for looking at: paths are absolute, with slashes ("/etc/fstab").</summary>
/// <remarks>
/// Symbolic links on the way to the last component are followed inside the volume, 40 at most. Names that are no valid
/// text are written as <see cref="NameText"/> does.
/// </remarks>
public interface IFileTree
{
    /// <summary>Whether there is anything at <paramref name="path"/>: the link itself, when it is one.</summary>
    bool Exists(string path);

    /// <summary>What is at <paramref name="path"/>, the link itself when it is one; null when there is nothing.</summary>
    FileEntry? TryStat(string path);

    /// <summary>
    /// The content of a regular file of any size (a symbolic link is followed); null when there is no such file.
    /// </summary>
    IBlockSource? TryOpenFile(string path);

    /// <summary>
    /// The extended attributes of what is at <paramref name="path"/> by their whole names ("user.comment"); empty where
    /// there are none.
    /// </summary>
    IReadOnlyDictionary<string, byte[]> ReadAttributes(string path);

    /// <summary>The content of a regular file (a symbolic link is followed); null when there is no such file.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="limitBytes">Longer files give null: nothing that a decision needs is larger.</param>
    byte[]? TryReadFile(string path, int limitBytes = 1 << 20);

    /// <summary>The target of a symbolic link as it is stored; null when <paramref name="path"/> is not one.</summary>
    string? TryReadLink(string path);

    /// <summary>The names in a directory, without "." and ".."; empty when there is no such directory.</summary>
    IReadOnlyList<string> List(string path);

    /// <summary>
    /// What is in a directory, by name in ordinal order; empty when there is no such directory. A name that leads nowhere is
    /// left out.
    /// </summary>
    /// <exception cref="Blocks.CorruptImageException">The directory or something in it is damaged.</exception>
    IReadOnlyList<NamedEntry> Entries(string path) =>
    [
        .. from name in List(path).Order(StringComparer.Ordinal)
           let entry = TryStat($"{path.TrimEnd('/')}/{name}")
           where entry is not null
           select new NamedEntry(name, entry),
    ];
}
