using System.IO.Compression;
using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>A committed test image with changes; see make-ext-images.sh beside the images for what is in them.</summary>
/// <remarks>Changes by the named methods renew the checksums around them, so that what is found is the change itself.</remarks>
internal sealed class EditedImage
{
    public delegate void SuperblockEdit(Superblock superblock);

    public delegate void GroupEdit(GroupDescriptor descriptor);

    public delegate void InodeEdit(Inode inode);

    public delegate void BlockEdit(Span<byte> block);

    private readonly byte[] _original;

    public EditedImage(string name)
        : this(Load(name))
    {
    }

    /// <param name="bytes">A volume of whatever origin.</param>
    public EditedImage(byte[] bytes)
    {
        _original = bytes;
        Volume = ExtVolume.Open(new MemoryStore(_original));
    }

    /// <summary>The volume as it was when it was opened, with the changes in its store.</summary>
    public ExtVolume Volume { get; }

    /// <summary>The bytes of a committed image.</summary>
    public static byte[] Load(string name)
    {
        using Stream packed = typeof(EditedImage).Assembly.GetManifestResourceStream($"{name}.img.gz")
            ?? throw new FileNotFoundException($"There is no test image {name}.");
        using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        unpacked.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Opens the volume again, with the changes.</summary>
    public ExtVolume Reopen() => ExtVolume.Open(Volume.Store);

    /// <summary>The findings of a complete audit, or of the attempt to open the volume.</summary>
    public IReadOnlyList<string> Findings()
    {
        try
        {
            return [.. Audit.Run(Reopen()).Findings.Select(finding => finding.ToString())];
        }
        catch (CorruptImageException damage)
        {
            return [.. damage.Findings.Select(finding => finding.ToString())];
        }
    }

    public void Superblock(SuperblockEdit edit)
    {
        edit(Volume.Superblock);
        Volume.StoreSuperblock();
    }

    /// <summary>Changes any byte of the superblock and renews its checksum.</summary>
    public void SuperblockBytes(BlockEdit edit)
    {
        byte[] bytes = Volume.Store.ReadBytes(FileSystems.Ext.OnDisk.Superblock.Offset, FileSystems.Ext.OnDisk.Superblock.Size);
        edit(bytes);
        var superblock = new Superblock(bytes);
        if (Volume.Checksums.Metadata)
            superblock.Checksum = superblock.ComputeChecksum();
        Volume.Store.Write(FileSystems.Ext.OnDisk.Superblock.Offset, bytes);
    }

    public void Group(int number, GroupEdit edit)
    {
        edit(Volume.Groups[number]);
        Volume.StoreGroups();
    }

    public void Inode(uint number, InodeEdit edit)
    {
        var inode = new Inode(Volume.ReadInode(new InodeNumber(number)));
        edit(inode);
        Volume.WriteInode(new InodeNumber(number), inode);
    }

    /// <summary>Changes an inode and leaves its checksum as it was.</summary>
    public void RawInode(uint number, InodeEdit edit)
    {
        byte[] bytes = Volume.ReadInode(new InodeNumber(number));
        edit(new Inode(bytes));
        Volume.Store.Write(Volume.InodeAddress(new InodeNumber(number)), bytes);
    }

    /// <summary>Changes a block and no checksum.</summary>
    public void Block(long number, BlockEdit edit)
    {
        byte[] bytes = Volume.ReadBlock(number);
        edit(bytes);
        Volume.WriteBlock(number, bytes);
    }

    /// <summary>Changes a block bitmap and renews its checksum.</summary>
    public void BlockBitmap(int group, BlockEdit edit)
    {
        Block(Volume.Groups[group].BlockBitmap, edit);
        byte[] bytes = Volume.ReadBlock(Volume.Groups[group].BlockBitmap);
        Group(group, descriptor => descriptor.BlockBitmapChecksum = Volume.Checksums.Bitmap(bytes, Volume.Geometry.BlocksPerGroup, Volume.Geometry.DescriptorSize));
    }

    /// <summary>Changes an inode bitmap and renews its checksum.</summary>
    public void InodeBitmap(int group, BlockEdit edit)
    {
        Block(Volume.Groups[group].InodeBitmap, edit);
        byte[] bytes = Volume.ReadBlock(Volume.Groups[group].InodeBitmap);
        Group(group, descriptor => descriptor.InodeBitmapChecksum = Volume.Checksums.Bitmap(bytes, Volume.Geometry.InodesPerGroup, Volume.Geometry.DescriptorSize));
    }

    /// <summary>Changes a node block of an extent tree and renews its checksum.</summary>
    public void ExtentNode(uint owner, long block, BlockEdit edit) => Block(block, bytes =>
    {
        edit(bytes);
        var node = new ExtentNode(bytes);
        if (Volume.Checksums.Metadata && node.ChecksumOffset <= bytes.Length - 4)
            Le.Put32(bytes, node.ChecksumOffset, ExtChecksums.OfExtentNode(SeedOf(owner), bytes, node));
    });

    /// <summary>Changes a directory block that holds entries and renews its checksum.</summary>
    public void DirectoryLeaf(uint directory, int logical, BlockEdit edit) => Block(BlockOf(directory, logical), bytes =>
    {
        edit(bytes);
        if (Volume.Checksums.Metadata)
            Le.Put32(bytes, bytes.Length - 4, ExtChecksums.OfDirectoryLeaf(SeedOf(directory), bytes));
    });

    /// <summary>Changes a directory block of any kind and renews its checksum as the kind that it was.</summary>
    public void DirectoryBlock(uint directory, int logical, BlockEdit edit) => Block(BlockOf(directory, logical), bytes =>
    {
        bool indexed = new Inode(Volume.ReadInode(new InodeNumber(directory))).Flags.HasFlag(InodeFlags.Indexed);
        DirectoryBlock block = FileSystems.Ext.DirectoryBlock.Open(bytes, new InodeNumber(directory), (uint)logical, indexed, Volume.Checksums.Metadata);
        int limit = block.Limit;
        edit(bytes);
        // With another limit there is no telling where the checksum would be.
        if (Volume.Checksums.Metadata && (block.Kind == DirectoryBlockKind.Leaf || block.Limit == limit && block.Count <= limit))
            block.StoreChecksum(SeedOf(directory));
    });

    /// <summary>Changes an attribute block and renews its checksum.</summary>
    public void XattrBlock(long block, BlockEdit edit) => Block(block, bytes =>
    {
        edit(bytes);
        if (Volume.Checksums.Metadata)
            new XattrBlock(bytes).Checksum = Volume.Checksums.OfXattrBlock(block, bytes);
    });

    /// <summary>The number of the inode at a path.</summary>
    public uint Find(string path)
    {
        uint at = InodeNumber.Root.Value;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            at = FindIn(at, name).Inode;
        return at;
    }

    /// <summary>Where in its directory a name lies: the block of the directory, and the byte in the block.</summary>
    public (uint Inode, int Logical, int At) FindIn(uint directory, string name)
    {
        bool indexed = new Inode(Volume.ReadInode(new InodeNumber(directory))).Flags.HasFlag(InodeFlags.Indexed);
        int blocks = MapOf(directory).Extents.Sum(extent => extent.Length);
        for (int logical = 0; logical < blocks; logical++)
        {
            byte[] bytes = Volume.ReadBlock(BlockOf(directory, logical));
            int at = 0;
            foreach (DirEntry entry in FileSystems.Ext.DirectoryBlock.Open(bytes, new InodeNumber(directory), (uint)logical, indexed, Volume.Checksums.Metadata))
            {
                if (entry.Inode != 0 && Encoding.UTF8.GetString(entry.Name) == name)
                    return (entry.Inode, logical, at);
                at += entry.RecordLength;
            }
        }

        throw new FileNotFoundException($"Directory inode {directory} has no {name}.");
    }

    public BlockMap MapOf(uint inode) =>
        BlockMap.Read(Volume, new InodeNumber(inode), new Inode(Volume.ReadInode(new InodeNumber(inode))));

    /// <summary>The block of the volume that holds a block of a file.</summary>
    public long BlockOf(uint inode, int logical)
    {
        Extent extent = MapOf(inode).Extents.Single(extent => extent.Logical <= logical && logical < extent.LogicalEnd);
        return extent.Physical + logical - extent.Logical;
    }

    private uint SeedOf(uint inode) =>
        Volume.Checksums.InodeSeed(new InodeNumber(inode), new Inode(Volume.ReadInode(new InodeNumber(inode))).Generation);
}
