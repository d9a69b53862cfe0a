using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Writes the whole content of an inode; what it had before is used again first.</summary>
internal sealed class ContentWriter(ExtVolume volume, BlockAllocator blocks, MapWriter maps)
{
    private const int CopyBytes = 1 << 20;

    private readonly int _blockSize = volume.Geometry.BlockSize;

    /// <summary>Replaces the content; the inode itself is not stored.</summary>
    /// <param name="number">The inode's number.</param>
    /// <param name="inode">A regular file, or a symbolic link that is kept in blocks.</param>
    /// <param name="content">The new content.</param>
    /// <param name="data">The parts of it that get blocks, all others become holes; null for everything.</param>
    /// <param name="old">The map that the inode has now.</param>
    /// <exception cref="NotEnoughSpaceException">There is no room; nothing was changed.</exception>
    public void Write(InodeNumber number, Inode inode, IBlockSource content, RangeSet? data, BlockMap old)
    {
        if (content.Length > uint.MaxValue * (long)_blockSize)
            throw new UnsupportedImageException(
                $"A file of {content.Length} bytes is too large for blocks of {_blockSize} bytes.");
        List<(long Start, long Count)> wanted = LogicalRuns(content.Length, data);
        long needed = wanted.Sum(run => run.Count);
        long owned = old.Extents.Sum(extent => (long)extent.Length);
        List<(long Start, int Count)> added = blocks.Allocate(Math.Max(0, needed - owned));
        added.Sort();
        var pool = new Queue<(long Start, int Count)>(
            [.. old.Extents.Select(extent => (extent.Physical, extent.Length)), .. added]);
        List<Extent> extents = Assign(wanted, pool);
        try
        {
            maps.Store(number, inode, extents, old.Nodes);
        }
        catch (ImgShrinkException)
        {
            foreach (var (start, count) in added)
                blocks.Free(start, count);
            throw;
        }

        foreach (var (start, count) in pool)
            blocks.Free(start, count);
        inode.Size = content.Length;
        foreach (Extent extent in extents)
            Copy(content, extent);
    }

    /// <summary>The blocks of the file that get a place, as ascending runs.</summary>
    private List<(long Start, long Count)> LogicalRuns(long length, RangeSet? data)
    {
        var runs = new List<(long Start, long Count)>();
        foreach (ByteRange range in data is null ? [new ByteRange(0, length)] : data.Ranges())
        {
            long start = range.Start / _blockSize;
            long end = (Math.Min(range.End, length) + _blockSize - 1) / _blockSize;
            if (runs.Count > 0)
                start = Math.Max(start, runs[^1].Start + runs[^1].Count);
            if (end > start)
                runs.Add((start, end - start));
        }

        return runs;
    }

    /// <summary>Gives every run of the file blocks from the front of the pool; what is left stays in it.</summary>
    private static List<Extent> Assign(List<(long Start, long Count)> wanted, Queue<(long Start, int Count)> pool)
    {
        var extents = new List<Extent>();
        var current = (Start: 0L, Count: 0);
        foreach (var (start, count) in wanted)
        {
            for (long at = start; at < start + count;)
            {
                if (current.Count == 0)
                    current = pool.Dequeue();
                int length = (int)Math.Min(current.Count, start + count - at);
                extents.Add(new Extent((uint)at, current.Start, length, Unwritten: false));
                current = (current.Start + length, current.Count - length);
                at += length;
            }
        }

        if (current.Count > 0)
            pool.Enqueue(current);
        return extents;
    }

    private void Copy(IBlockSource content, Extent extent)
    {
        long start = extent.Logical * (long)_blockSize;
        long end = extent.LogicalEnd * _blockSize;
        var buffer = new byte[(int)Math.Min(CopyBytes, end - start)];
        for (long at = start; at < end; at += buffer.Length)
        {
            int count = (int)Math.Min(buffer.Length, end - at);
            int filled = (int)Math.Clamp(content.Length - at, 0, count);
            content.Read(at, buffer.AsSpan(0, filled));
            buffer.AsSpan(filled).Clear();
            volume.Store.Write(extent.Physical * _blockSize + (at - start), buffer.AsSpan(0, count));
        }
    }
}
