using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Quota;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Puts files into an ext volume; the edits go to the volume's overlay.</summary>
/// <remarks>
/// <para>Totals and bitmaps are stored by <see cref="Flush"/> and <see cref="Dispose"/>: until then the volume
/// contradicts itself.</para>
/// <para>An edit that fails for lack of space leaves the tree as it was. One editor at a time for one volume.</para>
/// <para>Links are followed inside the volume. Missing directories on the way to a new object are created.</para>
/// </remarks>
public sealed partial class ExtFileEditor : IFileEditor, IDisposable
{
    private readonly ExtVolume _volume;
    private readonly DateTimeOffset _time;
    private readonly PathWalker _paths;
    private readonly ExtFileTree _tree;
    private readonly BlockAllocator _blocks;
    private readonly ContentWriter _content;
    private readonly ObjectCreator _objects;

    private ExtFileEditor(ExtVolume volume, DateTimeOffset time)
    {
        (_volume, _time) = (volume, time);
        _paths = new PathWalker(volume);
        _tree = new ExtFileTree(volume, _paths);
        _blocks = new BlockAllocator(volume);
        _content = new ContentWriter(volume, _blocks, new MapWriter(volume, _blocks));
        _objects = new ObjectCreator(volume, _blocks, _paths, time);
    }

    /// <summary>Opens a volume for edits.</summary>
    /// <param name="volume">A volume that was found to be consistent.</param>
    /// <param name="time">The time that new and changed objects bear.</param>
    /// <exception cref="UnsupportedImageException">
    /// The volume uses features that are not understood, or was not unmounted cleanly.
    /// </exception>
    public static ExtFileEditor Open(ExtVolume volume, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (volume.Obstacle is { } obstacle)
            throw new UnsupportedImageException(obstacle);
        if (volume.Geometry.BlockSize > 32768)
            throw new UnsupportedImageException("Files cannot be put into an ext volume with blocks of 64 KiB.");
        if (QuotaCounts.WhyNotForRoot(volume) is { } uncounted)
            throw new UnsupportedImageException($"Files cannot be put into the ext volume: {uncounted}.");
        return new ExtFileEditor(volume, time);
    }

    /// <summary>
    /// Why objects cannot be created at some paths, in a few words; null when nothing speaks against it but lack of room.
    /// </summary>
    public static string? WhyNotCreate(ExtVolume volume, IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(paths);
        if (QuotaCounts.WhyNotForRoot(volume) is { } uncounted)
            return uncounted;
        var walker = new PathWalker(volume);
        foreach (string path in paths)
        {
            for (int slash = path.LastIndexOf('/'); slash >= 0; slash = slash == 0 ? -1 : path.LastIndexOf('/', slash - 1))
            {
                // The lowest directory that exists is the one that gets a name.
                if (walker.Find(path[..slash], followLast: true)?.Target is not { } directory)
                    continue;
                if (InodeAccess.BarredBy(new Inode(volume.ReadUsedInode(directory))) is var flag and not InodeFlags.None)
                    return $"the directory {(slash == 0 ? "/" : path[..slash])} has the flag {flag}";
                break;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Exists(string path) => _tree.Exists(path);

    /// <inheritdoc/>
    public byte[]? TryReadFile(string path, int limitBytes = 1 << 20) => _tree.TryReadFile(path, limitBytes);

    /// <inheritdoc/>
    public string? TryReadLink(string path) => _tree.TryReadLink(path);

    /// <inheritdoc/>
    public FileEntry? TryStat(string path) => _tree.TryStat(path);

    /// <inheritdoc/>
    public IBlockSource? TryOpenFile(string path) => _tree.TryOpenFile(path);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, byte[]> ReadAttributes(string path) => _tree.ReadAttributes(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string path) => _tree.List(path);

    /// <inheritdoc/>
    public void CreateDirectory(string path) => CreateDirectory(path, new NewObject { Mode = NewObject.DirectoryMode });

    /// <inheritdoc/>
    /// <remarks>A symbolic link is followed. Its hard links show the new content, too.</remarks>
    public void WriteFile(string path, ReadOnlySpan<byte> content, UnixFileMode mode) =>
        WriteFile(path, new MemoryStore(content.ToArray()), new NewObject { Mode = mode });

    /// <inheritdoc/>
    public void CreateSymlink(string path, string target) =>
        CreateSymlink(path, target, new NewObject { Mode = NewObject.LinkMode });

    /// <inheritdoc/>
    /// <exception cref="UnsupportedImageException">One of them is a directory, or bears a flag that forbids it.</exception>
    public void Rename(string path, string newPath)
    {
        Delete(newPath);
        CreateHardLink(newPath, path);
        Delete(path);
    }

    /// <inheritdoc/>
    /// <exception cref="UnsupportedImageException">It is a directory, or bears a flag that forbids it.</exception>
    public void Delete(string path)
    {
        if (_paths.Find(path, followLast: false) is not { Target: { } target } end)
            return;
        var inode = new Inode(_volume.ReadUsedInode(target));
        if (inode.IsDirectory)
            throw new UnsupportedImageException($"{path} is a directory and cannot be deleted like a file.");
        InodeAccess.RequireEditable(inode, path);
        _objects.Unlink(OpenForEdit(end.Parent, path), end.Name, target);
    }

    /// <inheritdoc/>
    /// <exception cref="UnsupportedImageException">It is not empty, is no directory, or bears a flag that forbids it.</exception>
    public void RemoveDirectory(string path)
    {
        if (_paths.Find(path, followLast: false) is not { Target: { } target } end)
            return;
        OpenDirectory directory = _paths.Open(target) ?? throw Taken(path, "a directory");
        if (directory.Names.Count > 2 || target == InodeNumber.Root)
            throw new UnsupportedImageException($"{path} cannot be removed: it is not empty.");
        InodeAccess.RequireEditable(new Inode(_volume.ReadUsedInode(target)), path);
        _objects.Unlink(OpenForEdit(end.Parent, path), end.Name, target);
    }

    /// <summary>Stores everything that is not stored yet: bitmaps, group descriptors, the superblock.</summary>
    public void Flush()
    {
        _blocks.Flush();
        _objects.Flush();
        _volume.StoreGroups();
        _volume.StoreSuperblock();
        QuotaCounts.Store(_volume, _volume.Store);
        _volume.Edited();
    }

    /// <summary>Stores everything; see <see cref="Flush"/>.</summary>
    public void Dispose() => Flush();

    /// <summary>Where a new object goes: the directory exists afterwards, the name may be taken.</summary>
    private PathEnd Locate(string path, bool followLast)
    {
        if (_paths.Find(path, followLast) is { } found)
            return found;
        int slash = path.TrimEnd('/').LastIndexOf('/');
        if (slash > 0)
            CreateDirectory(path[..slash]);
        return _paths.Find(path, followLast)
            ?? throw new UnsupportedImageException(
                $"{path} cannot be created: a symbolic link on the way leads nowhere.");
    }

    private OpenDirectory OpenForEdit(InodeNumber number, string path)
    {
        var inode = new Inode(_volume.ReadUsedInode(number));
        InodeAccess.RequireEditable(inode, $"The directory of {path}");
        if (inode.IsDirectory && inode.HasInlineData)
            _objects.ExpandInline(number);
        return _paths.Open(number) ?? throw new UnsupportedImageException(
            $"{path} cannot be created: what it should lie in is not a directory.");
    }

    private OpenDirectory OpenForCreation(PathEnd end, string path)
    {
        if (end.Name.Length > DirEntry.MaxName)
            throw new ArgumentException(
                $"The last name of {path} has {end.Name.Length} bytes, at most {DirEntry.MaxName} are possible.",
                    nameof(path));
        return OpenForEdit(end.Parent, path);
    }

    private static UnsupportedImageException Taken(string path, string wanted) =>
        new($"{path} exists already and is not {wanted}.");

    private static byte[] TargetBytes(string target) => NameText.Encode(target);
}
