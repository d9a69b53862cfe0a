using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>
/// The block map of an inode without extents: 12 direct pointers, then one, two and three levels of indirection.
/// </summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Direct/Indirect Block Addressing". No checksums.</remarks>
internal static class IndirectMap
{
    public const int DirectPointers = 12;
    private const int Pointers = 15;

    /// <summary>The most blocks that a file can have, by its pointers and by the numbers of its blocks.</summary>
    public static long MostBlocks(int blockSize)
    {
        long perBlock = blockSize / 4;
        return Math.Min(ExtentTree.MostBlocks, DirectPointers + perBlock * (1 + perBlock * (1 + perBlock)));
    }

    public static void Read(ExtVolume volume, InodeNumber number, Inode inode, BlockMap map)
    {
        long logical = 0;
        for (int i = 0; i < Pointers; i++)
            ReadPointer(volume, number, Le.U32(inode.Block, 4 * i), Level(i), ref logical, map);
    }

    public static void Patch(ExtVolume volume, Inode inode, Func<long, long> target)
    {
        for (int i = 0; i < Pointers; i++)
            PatchPointer(volume, inode.Block.Slice(4 * i, 4), Level(i), target);
    }

    private static int Level(int pointer) => Math.Max(0, pointer - DirectPointers + 1);

    private static void ReadPointer(
        ExtVolume volume, InodeNumber number, uint block, int level, ref long logical, BlockMap map)
    {
        int perBlock = volume.Geometry.BlockSize / 4;
        long span = 1;
        for (int i = 0; i < level; i++)
            span *= perBlock;
        if (block == 0)
        {
            logical += span;
            return;
        }

        if (!volume.IsInside(block) || logical > uint.MaxValue || map.Nodes.Count > volume.Geometry.BlockCount)
            throw ExtDamage.In(number, $"pointer to file block {logical}", $"{block}",
                $"inside the volume of {volume.Geometry.BlockCount} blocks");
        if (level == 0)
        {
            map.Append(volume, number, new Extent((uint)logical++, block, 1, Unwritten: false), merge: true);
            return;
        }

        map.Nodes.Add(new MapNode(block, level));
        byte[] pointers = volume.ReadBlock(block);
        for (int i = 0; i < perBlock; i++)
            ReadPointer(volume, number, Le.U32(pointers, 4 * i), level - 1, ref logical, map);
    }

    private static void PatchPointer(ExtVolume volume, Span<byte> pointer, int level, Func<long, long> target)
    {
        uint block = Le.U32(pointer, 0);
        if (block == 0)
            return;
        if (level > 0)
        {
            byte[] pointers = volume.ReadBlock(block);
            for (int i = 0; i < pointers.Length; i += 4)
                PatchPointer(volume, pointers.AsSpan(i, 4), level - 1, target);
            volume.WriteBlock(block, pointers);
        }

        Le.Put32(pointer, 0, (uint)target(block));
    }
}
