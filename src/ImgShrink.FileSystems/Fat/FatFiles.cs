using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Fat.OnDisk;

namespace ImgShrink.FileSystems.Fat;

/// <summary>Writes, replaces and deletes small files of a FAT volume. Modes and owners do not exist there.</summary>
internal sealed class FatFiles(FatDisk disk, FatAllocator allocator, DateTimeOffset time) : FatTree(disk), IFileEditor
{
    private readonly FatTime _time = FatTime.From(time);

    /// <inheritdoc/>
    public void CreateDirectory(string path) => MakeDirectories(Split(path));

    /// <inheritdoc/>
    /// <remarks>
    /// Directories above the file that are missing are made; <paramref name="mode"/> has no meaning on FAT.
    /// </remarks>
    public void WriteFile(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        string[] names = Split(path);
        if (names.Length == 0)
            throw IsADirectory(path);
        uint directory = MakeDirectories(names[..^1]);
        FatItem? old = FatDirectory.Find(Disk, directory, names[^1]);
        if (old is { IsDirectory: true })
            throw IsADirectory(path);

        int needed = ClustersFor(content.Length);
        int given = old is null or { FirstCluster: 0 } ? 0 : Disk.Table.Chain(old.FirstCluster).Count();
        FatNewName? name = old is null ? new FatNewName(Disk, directory, names[^1]) : null;
        ThrowIfNoRoom(path, needed - given + (name?.ClustersToAdd ?? 0));
        allocator.Release(old?.FirstCluster ?? 0);
        uint first = WriteContent(content);
        if (name is null)
            Change(old!, first, (uint)content.Length);
        else
            name.Put(allocator, FatAttributes.Archive, first, (uint)content.Length, _time);
    }

    /// <inheritdoc/>
    /// <exception cref="UnsupportedImageException">Always: FAT has no symbolic links.</exception>
    public void CreateSymlink(string path, string target) =>
        throw new UnsupportedImageException($"{path} cannot be made a symbolic link: a FAT volume has none.");

    /// <inheritdoc/>
    /// <remarks>The content is copied, so it must not be large.</remarks>
    /// <exception cref="UnsupportedImageException">There is no such file.</exception>
    public void Rename(string path, string newPath)
    {
        byte[] content = TryReadFile(path) ?? throw new UnsupportedImageException($"{path} is no file that can be renamed.");
        WriteFile(newPath, content, UnixFileMode.None);
        Delete(path);
    }

    /// <inheritdoc/>
    /// <exception cref="UnsupportedImageException">The path is a directory.</exception>
    public void Delete(string path)
    {
        if (Find(path) is not FatItem item)
            return;
        if (item.IsDirectory)
            throw IsADirectory(path);
        Remove(item);
    }

    /// <inheritdoc/>
    /// <exception cref="UnsupportedImageException">It is not empty, or no directory.</exception>
    public void RemoveDirectory(string path)
    {
        if (Find(path) is not FatItem item)
            return;
        if (!item.IsDirectory || List(path).Count > 0)
            throw new UnsupportedImageException($"{path} is no empty directory.");
        Remove(item);
    }

    private void Remove(FatItem item)
    {
        allocator.Release(item.FirstCluster);
        foreach (long slot in item.Slots)
            allocator.Store.Write(slot, [FatDirEntry.Deleted]);
    }

    private uint MakeDirectories(IEnumerable<string> names)
    {
        uint directory = 0;
        string path = "";
        foreach (string name in names)
        {
            path += "/" + name;
            FatItem? item = FatDirectory.Find(Disk, directory, name);
            if (item is { IsDirectory: false })
                throw new UnsupportedImageException($"{path} is a file, where a directory is needed.");
            directory = item?.FirstCluster ?? MakeDirectory(path, directory, name);
        }

        return directory;
    }

    private uint MakeDirectory(string path, uint parent, string name)
    {
        var place = new FatNewName(Disk, parent, name);
        ThrowIfNoRoom(path, 1 + place.ClustersToAdd);
        uint cluster = allocator.Take(1)[0];
        var bytes = new byte[Disk.Geometry.ClusterBytes];
        PutDots(bytes, ".", cluster);
        PutDots(bytes.AsSpan(FatDirEntry.Size), "..", parent);
        allocator.Store.Write(Disk.Geometry.Cluster(cluster).Start, bytes);
        place.Put(allocator, FatAttributes.Directory, cluster, length: 0, _time);
        return cluster;
    }

    private void PutDots(Span<byte> slot, string name, uint cluster)
    {
        var entry = new FatDirEntry(slot) { Attributes = FatAttributes.Directory };
        Encoding.ASCII.GetBytes(name.PadRight(FatShortName.Size), entry.Name);
        entry.SetFirstCluster(cluster, Disk.Geometry.Kind);
        entry.SetCreated(_time);
        entry.SetWritten(_time);
    }

    private uint WriteContent(ReadOnlySpan<byte> content)
    {
        IReadOnlyList<uint> chain = allocator.Take(ClustersFor(content.Length));
        var bytes = new byte[Disk.Geometry.ClusterBytes];
        foreach (uint cluster in chain)
        {
            int count = Math.Min(bytes.Length, content.Length);
            content[..count].CopyTo(bytes);
            bytes.AsSpan(count).Clear();
            allocator.Store.Write(Disk.Geometry.Cluster(cluster).Start, bytes);
            content = content[count..];
        }

        return chain.Count == 0 ? 0 : chain[0];
    }

    private void Change(FatItem item, uint first, uint length)
    {
        byte[] slot = allocator.Store.ReadBytes(item.Slots[^1], FatDirEntry.Size);
        var entry = new FatDirEntry(slot) { Length = length };
        entry.Attributes |= FatAttributes.Archive;
        entry.SetFirstCluster(first, Disk.Geometry.Kind);
        entry.SetWritten(_time);
        allocator.Store.Write(item.Slots[^1], slot);
    }

    private int ClustersFor(int bytes) => (int)(
        ((long)bytes + Disk.Geometry.ClusterBytes - 1) / Disk.Geometry.ClusterBytes);

    private void ThrowIfNoRoom(string path, int clusters)
    {
        if (clusters > allocator.FreeClusters)
            throw new NotEnoughSpaceException(
                $"{path} needs {(long)clusters * Disk.Geometry.ClusterBytes} more bytes on the FAT volume, which has "
                + $"{allocator.FreeClusters * Disk.Geometry.ClusterBytes} free.");
    }

    private static UnsupportedImageException IsADirectory(string path) =>
        new($"{path} is a directory, where a file is needed.");
}
