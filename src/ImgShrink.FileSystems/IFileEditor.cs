namespace ImgShrink.FileSystems;

/// <summary>A file tree in which small files can be put; the edits go to the volume's overlay.</summary>
/// <remarks>
/// New objects belong to root (uid 0, gid 0), bear the time given when the editor was opened, and have the SELinux label of
/// the directory they are in, as the kernel would give it to them.
/// </remarks>
public interface IFileEditor : IFileTree
{
    /// <summary>Creates a directory, and those above it, with mode 0755; does nothing where it exists.</summary>
    void CreateDirectory(string path);

    /// <summary>Creates a regular file or replaces the content of one, whose owner and mode are then kept.</summary>
    /// <exception cref="Blocks.NotEnoughSpaceException">The volume has no room for it.</exception>
    void WriteFile(string path, ReadOnlySpan<byte> content, UnixFileMode mode);

    /// <summary>Creates a symbolic link; does nothing where the same link exists.</summary>
    void CreateSymlink(string path, string target);

    /// <summary>
    /// Gives a file or a symbolic link another path, and takes away the file or link that was there; owner, mode, times and
    /// attributes go with it.
    /// </summary>
    void Rename(string path, string newPath);

    /// <summary>Removes a file or a symbolic link; does nothing where there is none.</summary>
    void Delete(string path);

    /// <summary>Removes an empty directory; does nothing where there is none.</summary>
    void RemoveDirectory(string path);
}
