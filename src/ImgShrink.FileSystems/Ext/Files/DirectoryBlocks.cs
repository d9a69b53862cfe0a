using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Stores the blocks of directories, and appends to them.</summary>
internal sealed class DirectoryBlocks(ExtVolume volume, BlockAllocator blocks, MapWriter maps)
{
    public ExtVolume Volume => volume;

    /// <summary>Stores a block that was changed, with its checksum.</summary>
    public void Store(OpenDirectory directory, int logical, DirectoryBlock block)
    {
        if (volume.Checksums.Metadata)
            block.StoreChecksum(directory.Seed);
        volume.WriteBlock(directory.Blocks[logical], block.Bytes);
    }

    /// <summary>Stores a block of entries, made anew of these records.</summary>
    public void StoreLeaf(OpenDirectory directory, int logical, IEnumerable<byte[]> records)
    {
        byte[] bytes = DirectoryLeaf.Pack(volume.Geometry.BlockSize, volume.Checksums.Metadata, records);
        Store(directory, logical, DirectoryBlock.Open(
            bytes, directory.Number, (uint)logical, directory.Indexed, volume.Checksums.Metadata));
    }

    /// <summary>Appends a block without names.</summary>
    /// <returns>Its number in the directory.</returns>
    /// <exception cref="NotEnoughSpaceException">No block is free; nothing was changed.</exception>
    public int Append(OpenDirectory directory)
    {
        byte[] bytes = volume.ReadInode(directory.Number);
        var inode = new Inode(bytes);
        BlockMap map = BlockMap.Read(volume, directory.Number, inode);
        int logical = directory.Blocks.Count;
        long block = blocks.Allocate(1)[0].Start;
        try
        {
            maps.Store(directory.Number, inode, [.. map.Extents, new Extent((uint)logical, block, 1, Unwritten: false)],
                map.Nodes);
        }
        catch (ImgShrinkException)
        {
            blocks.Free(block, 1);
            throw;
        }

        inode.Size += volume.Geometry.BlockSize;
        volume.WriteInode(directory.Number, inode);
        directory.Blocks.Add(block);
        StoreLeaf(directory, logical, []);
        return logical;
    }
}
