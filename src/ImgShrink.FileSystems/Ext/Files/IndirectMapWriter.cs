using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>
/// Builds the block map of an inode without extents: 12 pointers, then one, two and three levels of indirection.
/// </summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Direct/Indirect Block Addressing".</remarks>
internal static class IndirectMapWriter
{
    private const int Levels = 3;

    /// <summary>How many indirect blocks the map of these runs needs.</summary>
    /// <exception cref="UnsupportedImageException">
    /// The file is longer than three levels reach, or lies beyond 32-bit block numbers.
    /// </exception>
    public static int NodesFor(List<Extent> runs, int blockSize)
    {
        var walk = new Walk(runs, blockSize / 4);
        if (runs.Count > 0 && runs[^1].LogicalEnd > walk.Reach
            || runs.Exists(run => run.PhysicalEnd > uint.MaxValue || run.Unwritten))
            throw new UnsupportedImageException(
                "A file without extents is too large for its map of 32-bit block numbers.");
        int nodes = 0;
        walk.Fill(new byte[Inode.BlockBytes], (_, _) => nodes++);
        return nodes;
    }

    public static void Store(ExtVolume volume, Inode inode, List<Extent> runs, Queue<long> nodes)
    {
        inode.Block.Clear();
        // Parents come before their children, so a number is taken on the way down and written on the way up.
        new Walk(runs, volume.Geometry.BlockSize / 4) { Take = nodes.Dequeue }.Fill(
            inode.Block, (block, bytes) => volume.WriteBlock(block, bytes));
    }

    /// <summary>One pass over the pointers of a map, in the order of the file.</summary>
    private sealed class Walk(List<Extent> runs, int perBlock)
    {
        // The first run that does not end before the position of the walk.
        private int _run;
        private long _logical;

        public Func<long> Take { get; init; } = () => 1;

        /// <summary>Blocks of a file that the map can reach.</summary>
        public long Reach => IndirectMap.DirectPointers + Span(1) + Span(2) + Span(3);

        public void Fill(Span<byte> pointers, Action<long, byte[]> store)
        {
            for (int i = 0; i < IndirectMap.DirectPointers + Levels; i++)
                Le.Put32(pointers, 4 * i, Pointer(Math.Max(0, i - IndirectMap.DirectPointers + 1), store));
        }

        private uint Pointer(int level, Action<long, byte[]> store)
        {
            long end = _logical + Span(level);
            while (_run < runs.Count && runs[_run].LogicalEnd <= _logical)
                _run++;
            if (_run == runs.Count || runs[_run].Logical >= end)
            {
                _logical = end;
                return 0;
            }

            if (level == 0)
                return (uint)(runs[_run].Physical + (_logical++ - runs[_run].Logical));
            long block = Take();
            var bytes = new byte[4 * perBlock];
            for (int i = 0; i < perBlock; i++)
                Le.Put32(bytes, 4 * i, Pointer(level - 1, store));
            store(block, bytes);
            return (uint)block;
        }

        private long Span(int level)
        {
            long span = 1;
            for (int i = 0; i < level; i++)
                span *= perBlock;
            return span;
        }
    }
}
