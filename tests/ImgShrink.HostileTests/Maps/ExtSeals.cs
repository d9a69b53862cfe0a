using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.HostileTests.Maps;

/// <summary>Renews the checksums of ext around a change.</summary>
internal static class ExtSeals
{
    public static void Superblock(IBlockStore image) => Edit(image, FileSystems.Ext.OnDisk.Superblock.Offset, FileSystems.Ext.OnDisk.Superblock.Size, bytes =>
    {
        var superblock = new Superblock(bytes);
        superblock.Checksum = superblock.ComputeChecksum();
    });

    public static void Group(IBlockStore image, ExtChecksums checksums, int group, long at, int size) => Edit(image, at, size, bytes =>
    {
        var descriptor = new GroupDescriptor(bytes);
        descriptor.Checksum = checksums.Descriptor(group, descriptor);
    });

    public static void Bitmap(IBlockStore image, ExtVolume volume, long bitmapAt, int group, long descriptorAt, bool ofBlocks)
    {
        int size = volume.Geometry.DescriptorSize;
        byte[] bitmap = image.ReadBytes(bitmapAt, volume.Geometry.BlockSize);
        Edit(image, descriptorAt, size, bytes =>
        {
            var descriptor = new GroupDescriptor(bytes);
            if (ofBlocks)
                descriptor.BlockBitmapChecksum = volume.Checksums.Bitmap(bitmap, volume.Geometry.BlocksPerGroup, size);
            else
                descriptor.InodeBitmapChecksum = volume.Checksums.Bitmap(bitmap, volume.Geometry.InodesPerGroup, size);
        });
        Group(image, volume.Checksums, group, descriptorAt, size);
    }

    public static void Inode(IBlockStore image, ExtChecksums checksums, InodeNumber number, long at, int size) => Edit(image, at, size, bytes =>
    {
        var inode = new Inode(bytes);
        // Where the extra fields are said to reach beyond the inode, the checksum has a half less.
        inode.Checksum = checksums.OfInode(number, inode);
    });

    public static void ExtentNode(IBlockStore image, uint seed, long at, int size) => Edit(image, at, size, bytes =>
    {
        var node = new ExtentNode(bytes);
        if (node.ChecksumOffset <= size - 4)
            Le.Put32(bytes, node.ChecksumOffset, ExtChecksums.OfExtentNode(seed, bytes, node));
    });

    public static void XattrBlock(IBlockStore image, ExtChecksums checksums, long block, int size) => Edit(image, block * size, size, bytes =>
        new XattrBlock(bytes).Checksum = checksums.OfXattrBlock(block, bytes));

    public static void OrphanBlock(IBlockStore image, uint seed, long block, int size) => Edit(image, block * size, size, bytes =>
        Le.Put32(bytes, size - 4, ExtChecksums.OfOrphanBlock(seed, block, bytes)));

    /// <summary>As the kind of block that it is now; a limit that leaves no place for the checksum has none.</summary>
    public static void Directory(IBlockStore image, uint seed, InodeNumber directory, long at, int size, int logical, bool isIndexed) =>
        Edit(image, at, size, bytes =>
        {
            try
            {
                DirectoryBlock.Open(bytes, directory, (uint)logical, isIndexed, checksums: true).StoreChecksum(seed);
            }
            catch (Exception impossible) when (impossible is ImgShrinkException or ArgumentException)
            {
                Le.Put32(bytes, size - 4, ExtChecksums.OfDirectoryLeaf(seed, bytes));
            }
        });

    private static void Edit(IBlockStore image, long at, int size, Action<byte[]> change)
    {
        byte[] bytes = image.ReadBytes(at, size);
        change(bytes);
        image.Write(at, bytes);
    }
}
