namespace ImgShrink.FileSystems;

/// <summary>The files of a volume, for looking at: paths are absolute, with slashes ("/etc/fstab").</summary>
/// <remarks>Symbolic links on the way to the last component are followed inside the volume, 40 at most.</remarks>
public interface IFileTree
{
    /// <summary>Whether there is anything at <paramref name="path"/>: the link itself, when it is one.</summary>
    bool Exists(string path);

    /// <summary>The content of a regular file (a symbolic link is followed); null when there is no such file.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="limitBytes">Longer files give null: nothing that a decision needs is larger.</param>
    byte[]? TryReadFile(string path, int limitBytes = 1 << 20);

    /// <summary>The target of a symbolic link as it is stored; null when <paramref name="path"/> is not one.</summary>
    string? TryReadLink(string path);

    /// <summary>The names in a directory, without "." and ".."; empty when there is no such directory.</summary>
    IReadOnlyList<string> List(string path);
}
