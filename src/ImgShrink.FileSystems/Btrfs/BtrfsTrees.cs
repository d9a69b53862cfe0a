using ImgShrink.Blocks;
using ImgShrink.FileSystems.Btrfs.OnDisk;

namespace ImgShrink.FileSystems.Btrfs;

/// <summary>A block that leads to others: its address, and what it must be.</summary>
internal readonly record struct TreePointer(ulong Address, byte Level, ulong? Generation = null);

/// <summary>Reads the trees of a btrfs volume, every block checked.</summary>
/// <remarks>The number of blocks read is bounded by the size of the volume.</remarks>
internal sealed class BtrfsTrees(IBlockSource volume, BtrfsGeometry geometry, ChunkMap chunks)
{
    private const byte HighestLevel = 7;

    private long _blocksLeft = 2 * geometry.Bytes / geometry.NodeSize;

    /// <summary>The items of a tree, in order: their keys and their content.</summary>
    /// <exception cref="CorruptImageException">A block is damaged.</exception>
    public IEnumerable<(BtrfsKey Key, byte[] Item)> Items(TreePointer root, params IReadOnlyCollection<byte> types)
    {
        var pending = new Stack<TreePointer>([root]);
        while (pending.TryPop(out TreePointer pointer))
        {
            byte[] block = Read(pointer);
            int count = (int)new TreeBlock(block).Count;
            for (int i = count - 1; i >= 0 && pointer.Level > 0; i--)
                pending.Push(Child(block, i));
            for (int i = 0; i < count && pointer.Level == 0; i++)
                if (types.Contains(new TreeBlock(block).Key(i).Type))
                    yield return Item(block, i);
        }
    }

    private static TreePointer Child(byte[] bytes, int index)
    {
        var block = new TreeBlock(bytes);
        return new TreePointer(block.Child(index), (byte)(block.Level - 1), block.ChildGeneration(index));
    }

    private static (BtrfsKey Key, byte[] Item) Item(byte[] bytes, int index)
    {
        var block = new TreeBlock(bytes);
        return block.TryItem(index, out ReadOnlySpan<byte> item) ? (block.Key(index), item.ToArray())
            : throw Damaged(block.Address, $"item {index}", "outside of it", "inside");
    }

    /// <summary>Reads a block from the first of its places where it is what it should be.</summary>
    private byte[] Read(TreePointer pointer)
    {
        if (pointer.Level > HighestLevel)
            throw Damaged(pointer.Address, "its level", $"{pointer.Level}", $"at most {HighestLevel}");
        if (_blocksLeft-- == 0)
            throw Damaged(pointer.Address, "it", "in more trees than the volume has blocks", "in one");
        CorruptImageException? damage = null;
        foreach (ByteRange place in chunks.PlacesOf(pointer.Address, geometry.NodeSize))
        {
            byte[] block = volume.ReadBytes(place.Start, geometry.NodeSize);
            damage = Check(block, pointer);
            if (damage is null)
                return block;
        }

        throw damage!;
    }

    private CorruptImageException? Check(byte[] bytes, TreePointer pointer)
    {
        var block = new TreeBlock(bytes);
        if (BtrfsGeometry.HasGoodChecksum(geometry.ChecksumKind, bytes) != true)
            return Damaged(pointer.Address, "csum", "another one", "the checksum of its bytes");
        if (block.Address != pointer.Address || new Guid(block.FsId, bigEndian: true) != geometry.TreeId)
            return Damaged(pointer.Address, "bytenr or fsid", $"{block.Address}", "its own");
        if (block.Level != pointer.Level)
            return Damaged(pointer.Address, "level", $"{block.Level}", $"{pointer.Level}");
        if (block.Generation > geometry.Generation || pointer.Generation is ulong asked && block.Generation != asked)
            return Damaged(pointer.Address, "generation", $"{block.Generation}", $"{pointer.Generation ?? geometry.Generation}");
        return block.HasPossibleCount ? null
            : Damaged(pointer.Address, "nritems", $"{block.Count}", "as many as fit");
    }

    private static CorruptImageException Damaged(ulong address, string place, string found, string expected) =>
        new(new Finding($"btrfs tree block at {address}", place, found, expected), BtrfsGeometry.Advice);
}
