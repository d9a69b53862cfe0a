using ImgShrink.Blocks;
using ImgShrink.FileSystems;

namespace ImgShrink.OracleTests;

/// <summary>The files of a volume that the kernel has mounted: lets the hook be written without ImgShrink's own ext code.</summary>
internal sealed class MountedVolume : IFileEditor, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imgshrink-mount-").FullName;

    public MountedVolume(string image, long start, long bytes) =>
        Shell.Need("mount", "-o", $"loop,offset={start},sizelimit={bytes}", image, _folder);

    public bool Exists(string path) => new FileInfo(Under(path)).LinkTarget is not null || Path.Exists(Under(path));

    public byte[]? TryReadFile(string path, int limitBytes = 1 << 20)
    {
        var file = new FileInfo(Under(path));
        return file.Exists && file.LinkTarget is null && file.Length <= limitBytes ? File.ReadAllBytes(file.FullName) : null;
    }

    public FileEntry? TryStat(string path)
    {
        var found = new FileInfo(Under(path));
        EntryKind kind = found.LinkTarget is not null ? EntryKind.SymbolicLink
            : Directory.Exists(found.FullName) ? EntryKind.Directory : EntryKind.File;
        return Exists(path) ? new FileEntry(kind, found.Exists ? found.Length : 0, found.LastWriteTimeUtc) : null;
    }

    public IBlockSource? TryOpenFile(string path) => File.Exists(Under(path)) ? new RawImageFile(Under(path)) : null;

    public IReadOnlyDictionary<string, byte[]> ReadAttributes(string path) => new Dictionary<string, byte[]>();

    public string? TryReadLink(string path) => new FileInfo(Under(path)).LinkTarget;

    public IReadOnlyList<string> List(string path) => Directory.Exists(Under(path))
        ? [.. Directory.GetFileSystemEntries(Under(path)).Select(entry => Path.GetFileName(entry))]
        : [];

    public void CreateDirectory(string path) => Directory.CreateDirectory(Under(path));

    public void WriteFile(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        File.WriteAllBytes(Under(path), content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Under(path), mode);
    }

    public void CreateSymlink(string path, string target) => File.CreateSymbolicLink(Under(path), target);

    public void Rename(string path, string newPath) => File.Move(Under(path), Under(newPath), overwrite: true);

    public void Delete(string path) => File.Delete(Under(path));

    public void RemoveDirectory(string path) => Directory.Delete(Under(path));

    public void Dispose()
    {
        Shell.Need("umount", _folder);
        Directory.Delete(_folder);
    }

    private string Under(string path) => _folder + path;
}
