using ImgShrink.Blocks;
using ImgShrink.FileSystems.ExFat.OnDisk;

namespace ImgShrink.FileSystems.ExFat;

/// <summary>Where the content of a file or table lies.</summary>
/// <param name="First">Its first cluster.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="IsContiguous">Whether its clusters follow one another, and the FAT is not asked.</param>
internal readonly record struct ExFatAllocation(uint First, ulong Bytes, bool IsContiguous);

/// <summary>The clusters of an exFAT volume, and what they hold.</summary>
/// <remarks>Not for several threads at once.</remarks>
internal sealed class ExFatDisk(IBlockSource volume, ExFatGeometry geometry)
{
    private const uint FirstEnd = 0xFFFFFFF8;
    private const int WindowBytes = 65536;
    // Larger ones are forbidden: specification, section 7.4.
    private const long LargestDirectory = 256 << 20;

    private byte[] _window = [];
    private long _windowStart;

    public ExFatGeometry Geometry { get; } = geometry;

    /// <summary>The whole volume.</summary>
    public IBlockSource Bytes { get; } = volume;

    /// <summary>The root directory; its length is that of its chain.</summary>
    public ExFatAllocation Root => new(Geometry.RootCluster, Bytes: 1, IsContiguous: false);

    /// <summary>The clusters of an allocation, in the order of its content.</summary>
    /// <exception cref="CorruptImageException">They are not all there, or never end.</exception>
    public IEnumerable<ClusterRun> Runs(ExFatAllocation allocation)
    {
        (ulong clusters, ulong rest) = Math.DivRem(allocation.Bytes, (ulong)Geometry.ClusterBytes);
        clusters += rest == 0 ? 0u : 1u;
        if (clusters > Geometry.ClusterCount)
            throw Broken(allocation, "its length", $"{allocation.Bytes} bytes", "less than the volume has");
        if (!allocation.IsContiguous)
            return Chain(allocation, (uint)clusters);
        if (!Geometry.HasCluster(allocation.First) || allocation.First - 2 + clusters > Geometry.ClusterCount)
            throw Broken(allocation, "its end", $"cluster {allocation.First + (long)clusters - 1}",
                $"at most {Geometry.ClusterCount + 1L}");
        return [new ClusterRun(allocation.First, (uint)clusters)];
    }

    /// <summary>The entries of a directory that are in use, each in an array of its own.</summary>
    /// <exception cref="CorruptImageException">Its clusters are not all there, or too many.</exception>
    public IEnumerable<byte[]> Entries(ExFatAllocation directory)
    {
        long read = 0;
        foreach (ClusterRun run in Runs(directory))
            for (uint i = 0; i < run.Count; i++)
            {
                read += Geometry.ClusterBytes;
                if (read > LargestDirectory)
                    throw Broken(directory, "its length", $"more than {LargestDirectory} bytes", "a directory's");
                byte[] cluster = Bytes.ReadBytes(
                    Geometry.BytesOf(new ClusterRun(run.First + i, 1)).Start, Geometry.ClusterBytes);
                foreach (byte[] entry in cluster.Chunk(ExFatEntry.Size))
                {
                    if (entry[0] == ExFatEntry.End)
                        yield break;
                    if (new ExFatEntry(entry).IsInUse)
                        yield return entry;
                }
            }
    }

    private IEnumerable<ClusterRun> Chain(ExFatAllocation allocation, uint clusters)
    {
        uint seen = 0, first = allocation.First;
        while (first < FirstEnd)
        {
            uint count = 0, next = first;
            do
            {
                if (!Geometry.HasCluster(next) || seen == Geometry.ClusterCount)
                    throw Broken(allocation, "a link", $"0x{next:X8}", "a cluster of the volume, each once");
                (count, seen, next) = (count + 1, seen + 1, Follower(next));
            }
            while (next == first + count);
            yield return new ClusterRun(first, count);
            first = next;
        }

        if (seen < clusters)
            throw Broken(allocation, "its length", $"{seen} clusters", $"{clusters} or more");
    }

    /// <summary>The entry of the FAT.</summary>
    private uint Follower(uint cluster)
    {
        long offset = (long)cluster * sizeof(uint);
        if (offset < _windowStart || offset >= _windowStart + _window.Length)
        {
            _windowStart = offset / WindowBytes * WindowBytes;
            long end = (Geometry.ClusterCount + 2L) * sizeof(uint);
            _window = Bytes.ReadBytes(Geometry.FatStart + _windowStart, (int)Math.Min(WindowBytes, end - _windowStart));
        }

        return Le.U32(_window, (int)(offset - _windowStart));
    }

    private static CorruptImageException Broken(ExFatAllocation what, string place, string found, string expected) =>
        new(new Finding($"exFAT chain of cluster {what.First}", place, found, expected), ExFatGeometry.Advice);
}
