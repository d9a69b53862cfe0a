using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>
/// The resize inode (7): a map of the blocks reserved behind the group descriptors, for growing while mounted.
/// </summary>
/// <remarks>
/// Its one block of its own is a double-indirect block that points to the reserved blocks of group 0. Each of those is used
/// as an indirect block in turn: it lists the same block in every group with a copy. All of it follows from the geometry.
/// </remarks>
internal sealed class ResizeInode(ExtGeometry geometry)
{
    private const int DoubleIndirect = 13;

    private readonly int[] _backups = [.. geometry.SuperblockGroups().Skip(1)];

    /// <summary>
    /// Blocks that i_blocks counts: the root, and every reserved block in every copy; 0 reserved leave the root.
    /// </summary>
    public long OwnedBlocks => 1 + (long)geometry.ReservedGdtBlocks * (1 + _backups.Length);

    /// <summary>The double-indirect block as the inode names it.</summary>
    public static long RootBlock(Inode inode) => Le.U32(inode.Block, 4 * DoubleIndirect);

    /// <summary>i_size: all that direct, indirect and double-indirect pointers can map.</summary>
    public static long SizeFor(int blockSize)
    {
        long perBlock = blockSize / 4;
        return blockSize * (IndirectMap.DirectPointers + perBlock * (1 + perBlock));
    }

    /// <summary>Whether the inode has no pointer but that one.</summary>
    public static bool HasOnlyRoot(Inode inode) => !inode.Block[..(4 * DoubleIndirect)].ContainsAnyExcept((byte)0)
        && !inode.Block[(4 * DoubleIndirect + 4)..].ContainsAnyExcept((byte)0);

    /// <summary>Names another double-indirect block and renews i_blocks.</summary>
    public void Update(Inode inode, long root)
    {
        Le.Put32(inode.Block, 4 * DoubleIndirect, (uint)root);
        inode.BlocksCount = OwnedBlocks * (geometry.BlockSize / 512);
    }

    /// <summary>The blocks of the map as they have to be: the root, then the reserved blocks of group 0.</summary>
    public IEnumerable<(long Block, byte[] Bytes)> Blocks(long root)
    {
        int pointers = geometry.BlockSize / 4;
        long firstReserved = geometry.FirstDataBlock + 1L + geometry.DescriptorBlocks;
        var rootBytes = new byte[geometry.BlockSize];
        for (int i = 0; i < geometry.ReservedGdtBlocks; i++)
            Le.Put32(rootBytes, 4 * ((geometry.DescriptorBlocks + i) % pointers), (uint)(firstReserved + i));
        yield return (root, rootBytes);
        for (int i = 0; i < geometry.ReservedGdtBlocks; i++)
        {
            var bytes = new byte[geometry.BlockSize];
            for (int copy = 0; copy < _backups.Length; copy++)
                Le.Put32(bytes, 4 * copy, (uint)(firstReserved + i + (long)_backups[copy] * geometry.BlocksPerGroup));
            yield return (firstReserved + i, bytes);
        }
    }
}
