using ImgShrink.Blocks;

namespace ImgShrink.FileSystems;

/// <summary>An object that a walk came to.</summary>
/// <param name="Path">Its absolute path in the volume.</param>
/// <param name="Entry">What it is.</param>
public readonly record struct WalkedFile(string Path, FileEntry Entry);

/// <summary>Walks through the files of a volume.</summary>
public static class FileWalk
{
    // No file system keeps a name in less.
    private const int SmallestEntryBytes = 8;

    /// <summary>
    /// Everything below a directory, each directory before what is in it, names in ordinal order; links are not followed.
    /// </summary>
    /// <param name="volume">The volume that the files are on: it bounds how many there can be.</param>
    /// <param name="files">Its files.</param>
    /// <param name="path">The directory; it is not part of the walk.</param>
    /// <param name="cancel">Ends the walk.</param>
    /// <exception cref="CorruptImageException">
    /// A directory or an inode is damaged, or a directory is in several places: in itself, even.
    /// </exception>
    public static IEnumerable<WalkedFile> Below(
        IVolume volume, IFileTree files, string path, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(path);
        long left = volume.Bytes / SmallestEntryBytes;
        var waiting = new Stack<WalkedFile>();
        // A directory that is in two others makes a walk long, and a chain of such ones makes it endless.
        var seen = new HashSet<long>();
        RequireNew(path, files.TryStat(path));
        Push(path);
        while (waiting.TryPop(out WalkedFile each))
        {
            cancel.ThrowIfCancellationRequested();
            if (--left < 0)
                throw new CorruptImageException(
                    new Finding("the directory tree", "its number of names", "more than the volume has room for",
                        "every directory in one place"), "Repair the file system, or copy the card again.");
            yield return each;
            if (each.Entry.Kind != EntryKind.Directory)
                continue;
            RequireNew(each.Path, each.Entry);
            Push(each.Path);
        }

        void Push(string folder)
        {
            foreach (NamedEntry child in files.Entries(folder).Reverse())
                waiting.Push(new WalkedFile($"{folder.TrimEnd('/')}/{child.Name}", child.Entry));
        }

        void RequireNew(string folder, FileEntry? entry)
        {
            if (entry?.DirectoryId is { } id && !seen.Add(id))
                throw new CorruptImageException(
                    new Finding($"directory {folder}", "its content", "that of another directory, or of one above it",
                        "its own"), "Repair the file system, or copy the card again.");
        }
    }
}
