using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <content>Objects of every kind, owner and mode: what sample volumes are made of.</content>
public sealed partial class ExtFileEditor
{
    /// <summary>Creates a directory, and those above it with mode 0755; one that exists stays as it is.</summary>
    internal void CreateDirectory(string path, NewObject like)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 1; i <= names.Length; i++)
        {
            string prefix = "/" + string.Join('/', names[..i]);
            PathEnd end = _paths.Find(prefix, followLast: true)
                ?? throw new UnsupportedImageException(
                    $"{prefix} cannot be created: a symbolic link on the way leads nowhere.");
            if (end.Target is null)
                _objects.CreateDirectory(
                    OpenForCreation(end, prefix), end.Name, i == names.Length ? like
                        : new NewObject { Mode = NewObject.DirectoryMode });
            else if (_paths.Open(end.Target.Value) is null)
                throw Taken(prefix, "a directory");
        }
    }

    /// <summary>
    /// Creates a regular file, or replaces the content of one (inode, mode, owner and attributes then stay).
    /// </summary>
    /// <param name="path">Where; a symbolic link at the end is followed.</param>
    /// <param name="content">The content, read to its end before this returns.</param>
    /// <param name="like">Mode, owner, time and attributes of a new file.</param>
    /// <param name="data">
    /// The parts that get blocks; all others become holes. Null: what the source knows, else everything.
    /// </param>
    /// <exception cref="NotEnoughSpaceException">The volume has no room for it.</exception>
    internal void WriteFile(string path, IBlockSource content, NewObject like, RangeSet? data = null)
    {
        data ??= (content as IKnowsHoles)?.DataRanges();
        PathEnd end = Locate(path, followLast: true);
        if (end.Target is { } existing)
            Replace(path, existing, content, data);
        else
            _objects.Create(OpenForCreation(end, path), end.Name, FileKind.Regular, like, (number, inode) =>
                _content.Write(number, inode, content, data, new BlockMap()));
        // Older drivers take the upper half of the size for something else.
        if (content.Length > int.MaxValue)
            AddFeature(ReadOnlyFeatures.LargeFile);
    }

    /// <summary>Creates a symbolic link; one with the same target stays as it is.</summary>
    internal void CreateSymlink(string path, string target, NewObject like)
    {
        byte[] bytes = TargetBytes(target);
        if (bytes.Length == 0 || bytes.Length >= _volume.Geometry.BlockSize)
            throw new ArgumentException(
                $"The target of a link has {bytes.Length} bytes, 1 to {_volume.Geometry.BlockSize - 1} are possible.",
                    nameof(target));
        PathEnd end = Locate(path, followLast: false);
        if (end.Target is { } existing)
        {
            if (_paths.ReadLink(existing) is { } old && old.AsSpan().SequenceEqual(bytes))
                return;
            throw Taken(path, $"a symbolic link to {target}");
        }

        _objects.Create(OpenForCreation(end, path), end.Name, FileKind.SymbolicLink, like, (number, inode) =>
        {
            if (bytes.Length < Inode.BlockBytes)
            {
                bytes.CopyTo(inode.Block);
                inode.Size = bytes.Length;
                return;
            }

            if (_volume.Superblock.Incompat.HasFlag(IncompatFeatures.Extents))
                inode.Flags |= InodeFlags.Extents;
            _content.Write(number, inode, new MemoryStore(bytes), data: null, new BlockMap());
        });
    }

    /// <summary>Creates one more name for a file, link or device.</summary>
    internal void CreateHardLink(string path, string existing)
    {
        InodeNumber target = _paths.Find(existing, followLast: false)?.Target
            ?? throw new ArgumentException($"There is no {existing} to link to.", nameof(existing));
        PathEnd end = Locate(path, followLast: false);
        if (end.Target is not null)
            throw Taken(path, $"a hard link to {existing}");
        _objects.Link(OpenForCreation(end, path), end.Name, target);
    }

    /// <summary>Creates a device, a fifo or a socket.</summary>
    /// <param name="path">Where; nothing may be there.</param>
    /// <param name="kind">Neither a regular file, nor a directory, nor a link.</param>
    /// <param name="like">Mode, owner, time and attributes.</param>
    /// <param name="major">Of a device: the driver's number, 0 to 4095.</param>
    /// <param name="minor">Of a device: the driver's own number, 20 bits.</param>
    internal void CreateNode(string path, FileKind kind, NewObject like, uint major = 0, uint minor = 0)
    {
        PathEnd end = Locate(path, followLast: false);
        if (end.Target is not null)
            throw new UnsupportedImageException($"{path} exists already.");
        _objects.Create(OpenForCreation(end, path), end.Name, kind, like, (_, inode) =>
        {
            if (kind is FileKind.BlockDevice or FileKind.CharDevice)
                inode.SetDevice(major, minor);
        });
    }

    private void Replace(string path, InodeNumber number, IBlockSource content, RangeSet? data)
    {
        byte[] bytes = _volume.ReadUsedInode(number);
        var inode = new Inode(bytes);
        if (inode.Kind != FileKind.Regular || number.Value < _volume.Geometry.FirstInode)
            throw Taken(path, "a regular file");
        InodeAccess.RequireEditable(inode, path);
        if (inode.HasInlineData)
            InlineData.Clear(number, inode, _volume.Superblock.Incompat.HasFlag(IncompatFeatures.Extents));
        _content.Write(number, inode, content, data, BlockMap.Read(_volume, number, inode));
        inode.SetModified(_time);
        _volume.WriteInode(number, inode);
    }

    private void AddFeature(ReadOnlyFeatures feature)
    {
        Superblock superblock = _volume.Superblock;
        superblock.ReadOnly |= feature;
    }
}
