using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Gives the inode of a new object what is its own; its name and number are already there.</summary>
internal delegate void FillInode(InodeNumber number, Inode inode);

/// <summary>Makes inodes, gives them names, and takes both away again.</summary>
internal sealed class ObjectCreator(ExtVolume volume, BlockAllocator blocks, PathWalker paths, DateTimeOffset time)
{
    // The most links that the kernel gives an inode; a directory with more has 1, which means "many" (dir_nlink).
    private const int MaxLinks = 65000;

    private readonly InodeAllocator _inodes = new(volume);
    private readonly AttributeWriter _attributes = new(volume, blocks);
    private readonly DirectoryEditor _names = new(new DirectoryBlocks(volume, blocks, new MapWriter(volume, blocks)));
    private readonly MapWriter _maps = new(volume, blocks);

    /// <summary>Creates an object under a name that is free.</summary>
    /// <exception cref="NotEnoughSpaceException">There is no room; nothing has the name.</exception>
    public InodeNumber Create(OpenDirectory parent, string name, FileKind kind, NewObject like, FillInode fill)
    {
        int room = _names.MakeRoom(parent, OpenDirectory.NameOf(name));
        InodeNumber number = _inodes.Allocate(kind == FileKind.Directory);
        byte[] bytes = Format(number, kind, like);
        var inode = new Inode(bytes);
        try
        {
            InheritProject(parent.Number, inode);
            _attributes.Store(inode, Labelled(like.Attributes, parent.Number));
            fill(number, inode);
        }
        catch (ImgShrinkException)
        {
            _attributes.Release(number, inode);
            _inodes.Free(number, kind == FileKind.Directory);
            throw;
        }

        volume.WriteInode(number, inode);
        _names.Insert(parent, room, OpenDirectory.NameOf(name), number, kind);
        TouchDirectory(parent.Number, directories: kind == FileKind.Directory ? 1 : 0);
        return number;
    }

    /// <summary>Creates a directory with nothing in it.</summary>
    public InodeNumber CreateDirectory(OpenDirectory parent, string name, NewObject like) =>
        Create(parent, name, FileKind.Directory, like, (number, inode) =>
        {
            StoreFirstBlock(number, inode, parent.Number, []);
            inode.LinksCount = 2;
        });

    /// <summary>Gives a directory that is kept in its inode (inline_data) a block, as it needs one for more names.</summary>
    /// <exception cref="NotEnoughSpaceException">No block is free; nothing was changed.</exception>
    public void ExpandInline(InodeNumber number)
    {
        byte[] bytes = volume.ReadUsedInode(number);
        var inode = new Inode(bytes);
        InlineData data = InlineData.Open(number, inode);
        var parent = new InodeNumber(data.Parent);
        // An inode is no longer than a block, and has less room for them.
        List<byte[]> records =
        [
            .. DirectoryLeaf.Records(DirectoryBlock.OpenInline(data.HeadEntries, number)),
            .. DirectoryLeaf.Records(DirectoryBlock.OpenInline(data.Rest, number)),
        ];
        InlineData.Clear(number, inode, volume.Superblock.Incompat.HasFlag(IncompatFeatures.Extents));
        StoreFirstBlock(number, inode, parent, records);
        volume.WriteInode(number, inode);
        paths.Forget(number);
    }

    /// <summary>Gives an object that is not a directory one more name.</summary>
    public void Link(OpenDirectory parent, string name, InodeNumber target)
    {
        byte[] bytes = volume.ReadUsedInode(target);
        var inode = new Inode(bytes);
        if (inode.IsDirectory || inode.LinksCount >= MaxLinks)
            throw new UnsupportedImageException($"{target} cannot get one more hard link.");
        int room = _names.MakeRoom(parent, OpenDirectory.NameOf(name));
        inode.LinksCount++;
        inode.SetChanged(time);
        volume.WriteInode(target, inode);
        _names.Insert(parent, room, OpenDirectory.NameOf(name), target, inode.Kind);
        TouchDirectory(parent.Number, directories: 0);
    }

    /// <summary>Takes a name away, and what it leads to with the last one; a directory must be empty.</summary>
    public void Unlink(OpenDirectory parent, string name, InodeNumber target)
    {
        byte[] bytes = volume.ReadUsedInode(target);
        var inode = new Inode(bytes);
        bool directory = inode.IsDirectory;
        if (directory || inode.LinksCount == 1)
        {
            new InodeRemoval(volume, blocks, _inodes, _attributes).Remove(target, inode);
            _names.Remove(parent, OpenDirectory.NameOf(name));
            paths.Forget(target);
        }
        else
        {
            _names.Remove(parent, OpenDirectory.NameOf(name));
            inode.LinksCount--;
            inode.SetChanged(time);
            volume.WriteInode(target, inode);
        }

        TouchDirectory(parent.Number, directories: directory ? -1 : 0);
    }

    /// <summary>Stores the bitmaps that changed.</summary>
    public void Flush() => _inodes.Flush();

    private void StoreFirstBlock(
        InodeNumber number, Inode inode, InodeNumber parent, IEnumerable<byte[]> records)
    {
        long block = blocks.Allocate(1)[0].Start;
        _maps.Store(number, inode, [new Extent(0, block, 1, Unwritten: false)], []);
        inode.Size = volume.Geometry.BlockSize;
        uint seed = volume.Checksums.InodeSeed(number, inode.Generation);
        volume.WriteBlock(block, _names.FirstBlock(number, seed, parent, records));
    }

    private byte[] Format(InodeNumber number, FileKind kind, NewObject like)
    {
        var bytes = new byte[volume.Geometry.InodeSize];
        var inode = new Inode(bytes) { Mode = (ushort)((int)kind | (int)like.Mode), LinksCount = 1 };
        if (bytes.Length > Inode.CoreSize)
        {
            int most = bytes.Length - Inode.CoreSize;
            int wanted = Math.Max(volume.Superblock.WantExtraIsize, volume.Superblock.MinExtraIsize);
            // 32 reach to the end of i_projid, the last field that there is.
            inode.ExtraSize = (ushort)(wanted >= 4 && wanted <= most && wanted % 4 == 0 ? wanted : Math.Min(32, most));
        }

        inode.SetOwner(like.Owner, like.Group);
        inode.SetCreated(time, like.Modified ?? time);
        // Any number does; one that depends on nothing but the inode gives the same image every time.
        inode.Generation = unchecked(number.Value * 0x9E3779B1) | 1;
        bool mapped = kind is FileKind.Regular or FileKind.Directory;
        if (mapped && volume.Superblock.Incompat.HasFlag(IncompatFeatures.Extents))
        {
            inode.Flags = InodeFlags.Extents;
            ExtentNode.Format(inode.Block, ExtentNode.RootCapacity, depth: 0);
        }

        return bytes;
    }

    /// <summary>What is made in a directory with the flag for it belongs to the directory's project.</summary>
    private void InheritProject(InodeNumber parent, Inode inode)
    {
        var directory = new Inode(volume.ReadInode(parent));
        if (!directory.Flags.HasFlag(InodeFlags.ProjectInherit))
            return;
        inode.SetProject(directory.Project());
        if (inode.IsDirectory)
            inode.Flags |= InodeFlags.ProjectInherit;
    }

    /// <summary>What has no SELinux label of its own gets its directory's, as it would from the kernel.</summary>
    private IReadOnlyDictionary<string, byte[]> Labelled(IReadOnlyDictionary<string, byte[]> attributes, InodeNumber parent) =>
        !attributes.ContainsKey(SecurityLabel.Name) && SecurityLabel.Of(volume, parent) is { } label
            ? new Dictionary<string, byte[]>(attributes) { [SecurityLabel.Name] = label }
            : attributes;

    private void TouchDirectory(InodeNumber number, int directories)
    {
        byte[] bytes = volume.ReadInode(number);
        var inode = new Inode(bytes);
        inode.SetModified(time);
        if (directories != 0 && inode.LinksCount > 1)
        {
            int links = inode.LinksCount + directories;
            inode.LinksCount = (ushort)(links > MaxLinks ? 1 : links);
        }

        volume.WriteInode(number, inode);
    }
}
