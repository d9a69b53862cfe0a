using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>The files of an ext volume, for looking at.</summary>
/// <remarks>
/// Directories are kept once read: open another tree after an editor has changed the volume. Links are followed inside
/// the volume, an absolute one from its root. A damaged inode or directory on the way is a
/// <see cref="CorruptImageException"/>.
/// </remarks>
public sealed class ExtFileTree : IFileTree
{
    private readonly ExtVolume _volume;
    private readonly PathWalker _paths;

    internal ExtFileTree(ExtVolume volume, PathWalker paths) => (_volume, _paths) = (volume, paths);

    /// <summary>Opens the files of a volume.</summary>
    /// <exception cref="UnsupportedImageException">
    /// The volume uses features that are not understood, or was not unmounted cleanly.
    /// </exception>
    public static ExtFileTree Open(ExtVolume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (volume.Obstacle is { } obstacle)
            throw new UnsupportedImageException(obstacle);
        return new ExtFileTree(volume, new PathWalker(volume));
    }

    /// <inheritdoc/>
    public bool Exists(string path) => _paths.Find(path, followLast: false)?.Target is not null;

    /// <inheritdoc/>
    public byte[]? TryReadFile(string path, int limitBytes = 1 << 20)
    {
        IBlockSource? content = TryOpenFile(path);
        return content is null || content.Length > limitBytes ? null : content.ReadBytes(0, (int)content.Length);
    }

    /// <inheritdoc/>
    public FileEntry? TryStat(string path) =>
        _paths.Find(path, followLast: false)?.Target is { } number ? EntryOf(number) : null;

    /// <inheritdoc/>
    /// <remarks>Takes the inodes from the directory itself, so that a walk through all files looks no path up.</remarks>
    public IReadOnlyList<NamedEntry> Entries(string path) =>
    [
        .. ChildrenOf(path).Select(child => new NamedEntry(child.Name, EntryOf(child.Number)))
            .OrderBy(child => child.Name, StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, byte[]> ReadAttributes(string path) =>
        _paths.Find(path, followLast: false)?.Target is { } number
            ? AttributeReader.Read(_volume, number, new Inode(_volume.ReadUsedInode(number)))
            : new Dictionary<string, byte[]>();

    /// <inheritdoc/>
    /// <remarks>
    /// Null also for an encrypted file. The result tells its holes (<see cref="IKnowsHoles"/>), where it can have any.
    /// </remarks>
    public IBlockSource? TryOpenFile(string path)
    {
        if (_paths.Find(path, followLast: true)?.Target is not { } number)
            return null;
        var inode = new Inode(_volume.ReadUsedInode(number));
        if (inode.Kind != FileKind.Regular || inode.Flags.HasFlag(InodeFlags.Encrypted))
            return null;
        return inode.HasInlineData
            ? new MemoryStore(InlineData.Read(number, inode))
            : new FileContent(_volume, number, inode);
    }

    /// <inheritdoc/>
    public string? TryReadLink(string path) =>
        _paths.Find(path, followLast: false)?.Target is { } number && _paths.ReadLink(number) is { } target
            ? NameText.Decode(target)
            : null;

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string path) =>
        [.. ChildrenOf(path).Select(child => child.Name).Order(StringComparer.Ordinal)];

    private IEnumerable<(string Name, InodeNumber Number)> ChildrenOf(string path) =>
        _paths.Find(path, followLast: true)?.Target is { } number && _paths.Open(number) is { } directory
            ? directory.Names.Where(child => child.Key is not ("." or ".."))
                .Select(child => (NameText.DecodeName(OpenDirectory.NameOf(child.Key)), child.Value))
            : [];

    private FileEntry EntryOf(InodeNumber number)
    {
        var inode = new Inode(_volume.ReadUsedInode(number));
        EntryKind kind = KindOf(number, inode);
        long length = kind is EntryKind.File or EntryKind.SymbolicLink ? inode.Size : 0;
        if (length < 0)
            throw ExtDamage.In(number, "i_size", $"{length}", "0 or more");
        return new FileEntry(kind, length, inode.Modified())
        {
            DirectoryId = kind == EntryKind.Directory ? number.Value : null,
            Unix = new UnixEntry((UnixFileMode)(inode.Mode & 0xFFF), inode.Owner(), inode.Group(), number.Value,
                inode.LinksCount, inode.Device()),
        };
    }

    private static EntryKind KindOf(InodeNumber number, Inode inode) => inode.Kind switch
    {
        FileKind.Regular => EntryKind.File,
        FileKind.Directory => EntryKind.Directory,
        FileKind.SymbolicLink => EntryKind.SymbolicLink,
        FileKind.CharDevice => EntryKind.CharacterDevice,
        FileKind.BlockDevice => EntryKind.BlockDevice,
        FileKind.Fifo => EntryKind.Pipe,
        FileKind.Socket => EntryKind.Socket,
        _ => throw ExtDamage.In(number, "i_mode", $"0x{inode.Mode:X4}", "one of the seven kinds of file"),
    };
}
