using ImgShrink.Blocks;
using ImgShrink.FileSystems.Fat.OnDisk;

namespace ImgShrink.FileSystems.Fat;

/// <summary>Looks at the files of a FAT volume, where names that differ in case only are the same.</summary>
internal class FatTree(FatDisk disk) : IFileTree
{
    /// <summary>The volume.</summary>
    protected FatDisk Disk { get; } = disk;

    /// <inheritdoc/>
    public bool Exists(string path) => IsRoot(path) || Find(path) is not null;

    /// <inheritdoc/>
    public FileEntry? TryStat(string path)
    {
        if (IsRoot(path))
            return new FileEntry(EntryKind.Directory, 0, FatTime.None.ToUtc()) { DirectoryId = 0 };
        if (Find(path) is not { } item)
            return null;
        DateTimeOffset written = item.Written.ToUtc();
        return item.IsDirectory
            ? new FileEntry(EntryKind.Directory, item.Length, written) { DirectoryId = item.FirstCluster }
            : new FileEntry(EntryKind.File, item.Length, written);
    }

    /// <inheritdoc/>
    public IBlockSource? TryOpenFile(string path) =>
        Find(path) is { IsDirectory: false } item ? new FatContent(Disk, item, path) : null;

    /// <inheritdoc/>
    public byte[]? TryReadFile(string path, int limitBytes = 1 << 20) =>
        Find(path) is { IsDirectory: false } item && item.Length <= limitBytes
            ? new FatContent(Disk, item, path).ReadBytes(0, (int)item.Length)
            : null;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, byte[]> ReadAttributes(string path) => new Dictionary<string, byte[]>();

    /// <inheritdoc/>
    public string? TryReadLink(string path) => null;

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string path) => DirectoryCluster(path) is uint cluster
        ? [.. FatDirectory.Read(Disk, cluster).Where(item => !item.IsLabel && !item.IsDots).Select(item => item.Name)]
        : [];

    /// <summary>What is at a path; null when there is nothing, or the path is the root.</summary>
    protected FatItem? Find(string path)
    {
        string[] names = Split(path);
        return names.Length > 0 && DirectoryCluster(names[..^1]) is uint cluster
            ? FatDirectory.Find(Disk, cluster, names[^1])
            : null;
    }

    /// <summary>The first cluster of a directory, 0 for the root; null when there is no such directory.</summary>
    protected uint? DirectoryCluster(params IEnumerable<string> names)
    {
        uint cluster = 0;
        var above = new HashSet<uint>();
        foreach (string name in names.SelectMany(Split))
        {
            if (FatDirectory.Find(Disk, cluster, name) is not { IsDirectory: true } item)
                return null;
            cluster = item.FirstCluster;
            if (!above.Add(cluster))
                throw new CorruptImageException(
                    new Finding($"directory {name}", "DIR_FstClus", $"cluster {cluster}, that of a directory above it",
                        "a cluster of its own"), FatDisk.Advice);
        }

        return cluster;
    }

    /// <summary>The names of an absolute path.</summary>
    protected static string[] Split(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Split('/', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool IsRoot(string path) => Split(path).Length == 0;
}
