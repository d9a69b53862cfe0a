using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Adds names to directories and takes them out, in those with a hash index as in those without.</summary>
/// <remarks>The times and the number of links of the directory are the caller's.</remarks>
internal sealed class DirectoryEditor(DirectoryBlocks blocks)
{
    private readonly ExtVolume _volume = blocks.Volume;
    private readonly IndexEditor _index = new(blocks);

    /// <summary>Makes sure that a name fits, and says into which block; the directory may grow by one.</summary>
    /// <exception cref="NotEnoughSpaceException">
    /// It has to grow, and no block is free; the directory is as it was.
    /// </exception>
    public int MakeRoom(OpenDirectory directory, byte[] name)
    {
        if (directory.Indexed)
        {
            if (_index.FindRoom(directory, name) is { } leaf)
                return leaf;
            _index.Dissolve(directory);
        }

        int count = directory.Blocks.Count;
        for (int i = 0; i < count; i++)
        {
            int logical = (directory.RoomHint + i) % count;
            if (DirectoryLeaf.HasRoom(directory.View(_volume, logical), DirEntry.SizeFor(name.Length)))
                return directory.RoomHint = logical;
        }

        return directory.RoomHint = blocks.Append(directory);
    }

    /// <summary>Adds a name in the block that <see cref="MakeRoom"/> gave.</summary>
    public void Insert(OpenDirectory directory, int logical, byte[] name, InodeNumber target, FileKind kind)
    {
        DirectoryBlock block = directory.View(_volume, logical);
        DirectoryLeaf.Insert(block, target, name, FileTypeOf(kind));
        blocks.Store(directory, logical, block);
        directory.Names.Add(OpenDirectory.Key(name), target);
    }

    /// <summary>Takes a name out.</summary>
    public void Remove(OpenDirectory directory, byte[] name)
    {
        for (int logical = 0; logical < directory.Blocks.Count; logical++)
        {
            DirectoryBlock block = directory.View(_volume, logical);
            if (block.Kind != DirectoryBlockKind.Leaf || !DirectoryLeaf.Remove(block, name))
                continue;
            blocks.Store(directory, logical, block);
            directory.Names.Remove(OpenDirectory.Key(name));
            directory.RoomHint = Math.Min(directory.RoomHint, logical);
            return;
        }

        throw new InvalidOperationException($"Directory {directory.Number} has no name {OpenDirectory.Key(name)}.");
    }

    /// <summary>The first block of a directory: itself, its parent, and records that fit behind those.</summary>
    public byte[] FirstBlock(InodeNumber self, uint seed, InodeNumber parent, IEnumerable<byte[]> records)
    {
        byte type = FileTypeOf(FileKind.Directory);
        bool checksums = _volume.Checksums.Metadata;
        byte[] bytes = DirectoryLeaf.Pack(
            _volume.Geometry.BlockSize, checksums, [DirectoryLeaf.Record(self, "."u8, type),
                DirectoryLeaf.Record(parent, ".."u8, type), .. records]);
        if (checksums)
            DirectoryBlock.Open(bytes, self, 0, indexed: false, checksums).StoreChecksum(seed);
        return bytes;
    }

    /// <summary>file_type: 0 on volumes without the feature, where the byte belongs to the name's length.</summary>
    private byte FileTypeOf(FileKind kind) =>
        _volume.Superblock.Incompat.HasFlag(IncompatFeatures.FileType) ? FileTypes.Of(kind) : (byte)0;
}
