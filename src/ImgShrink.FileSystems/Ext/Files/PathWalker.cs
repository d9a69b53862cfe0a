using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Where a path leads.</summary>
/// <param name="Parent">The directory that has, or would have, the last name.</param>
/// <param name="Name">The last name, as kept in <see cref="OpenDirectory.Names"/>; "." for the root itself.</param>
/// <param name="Target">What the name leads to; null when there is no such name.</param>
internal readonly record struct PathEnd(InodeNumber Parent, string Name, InodeNumber? Target);

/// <summary>Follows paths from the root, and symbolic links inside the volume.</summary>
/// <remarks>
/// Directories that were read are kept, until they hold many names; edits go through <see cref="Open"/>, too.
/// </remarks>
internal sealed class PathWalker(ExtVolume volume)
{
    /// <summary>As many links as the kernel follows before it gives up.</summary>
    public const int MaxLinks = 40;

    private const int MostNamesKept = 200_000;

    private readonly Dictionary<InodeNumber, OpenDirectory> _open = [];
    private int _namesKept;

    /// <summary>The directory with this inode; null when the inode is something else.</summary>
    /// <exception cref="CorruptImageException">The inode or a block of the directory is damaged.</exception>
    public OpenDirectory? Open(InodeNumber number)
    {
        if (_open.TryGetValue(number, out OpenDirectory? known))
            return known;
        var inode = new Inode(volume.ReadUsedInode(number));
        if (!inode.IsDirectory)
            return null;
        OpenDirectory directory = OpenDirectory.Read(volume, number, inode);
        if (_namesKept + directory.Names.Count > MostNamesKept)
        {
            _open.Clear();
            _namesKept = 0;
        }

        _namesKept += directory.Names.Count;
        _open.Add(number, directory);
        return directory;
    }

    /// <summary>Forgets a directory that was removed.</summary>
    public void Forget(InodeNumber number) => _open.Remove(number);

    /// <summary>Follows a path.</summary>
    /// <param name="path">An absolute path; one without a leading slash is taken from the root as well.</param>
    /// <param name="followLast">Whether a link at the end is followed, too.</param>
    /// <returns>Null when a directory on the way is missing or is none, or when the links form a circle.</returns>
    public PathEnd? Find(string path, bool followLast)
    {
        var left = new Stack<string>();
        // A name may hold an escaped slash, which would be the end of it in bytes.
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            left.Push(OpenDirectory.Key(NameText.Encode(name)));
        var end = new PathEnd(InodeNumber.Root, ".", InodeNumber.Root);
        int links = 0;
        while (left.TryPop(out string? key))
        {
            if (end.Target is not { } at || Open(at) is not { } directory)
                return null;
            end = new PathEnd(at, key, directory.Names.TryGetValue(key, out InodeNumber target) ? target : null);
            if (end.Target is null)
                continue;
            if (left.Count == 0 && !followLast)
                return end;
            if (ReadLink(target) is not { } link)
            {
                RequireChild(directory, key, target);
                continue;
            }

            if (++links > MaxLinks)
                return null;
            foreach (string part in OpenDirectory.Key(link).Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
                left.Push(part);
            // A relative link starts where it lies.
            end = link.StartsWith("/"u8) ? new PathEnd(InodeNumber.Root, ".", InodeNumber.Root)
                : new PathEnd(at, ".", at);
        }

        return end;
    }

    /// <summary>The target of a symbolic link, in bytes; null when the inode is something else, or encrypted.</summary>
    /// <exception cref="CorruptImageException">The target is longer than a link can hold.</exception>
    public byte[]? ReadLink(InodeNumber number)
    {
        var inode = new Inode(volume.ReadUsedInode(number));
        if (inode.Kind != FileKind.SymbolicLink)
            return null;
        if (inode.Flags.HasFlag(InodeFlags.Encrypted))
            return null;
        if (inode.HasInlineData)
            return InlineData.Read(number, inode);
        int blockSize = volume.Geometry.BlockSize;
        bool stored = inode.HasBlockMap;
        int limit = stored ? blockSize - 1 : Inode.BlockBytes - 1;
        if (inode.Size < 1 || inode.Size > limit)
            throw ExtDamage.In($"symbolic link {number}", "i_size", $"{inode.Size}", $"1 to {limit}");
        return stored
            ? new FileContent(volume, number, inode).ReadBytes(0, (int)inode.Size)
            : inode.Block[..(int)inode.Size].ToArray();
    }

    /// <summary>A directory that is reached by two ways would make a walk endless.</summary>
    private void RequireChild(OpenDirectory parent, string name, InodeNumber child)
    {
        if (name is "." or ".." || Open(child) is not { } directory)
            return;
        if (!directory.Names.TryGetValue("..", out InodeNumber up) || up != parent.Number)
            throw ExtDamage.In($"directory {child}", "\"..\"", up.ToString(), $"{parent.Number}, which leads to it");
    }
}
