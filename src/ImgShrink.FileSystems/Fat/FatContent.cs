using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Fat;

/// <summary>The content of one file as bytes from 0 to its length.</summary>
internal sealed class FatContent : IBlockSource
{
    private readonly FatDisk _disk;
    private readonly List<uint> _clusters = [];

    /// <summary>Opens the content of a file.</summary>
    /// <param name="disk">The volume.</param>
    /// <param name="item">The file.</param>
    /// <param name="path">What to call it in a message.</param>
    /// <exception cref="CorruptImageException">Its chain is broken, or shorter than the file.</exception>
    public FatContent(FatDisk disk, FatItem item, string path)
    {
        (_disk, Length) = (disk, item.Length);
        long needed = (Length + disk.Geometry.ClusterBytes - 1) / disk.Geometry.ClusterBytes;
        if (needed > 0)
            _clusters.AddRange(disk.Table.Chain(item.FirstCluster).Take((int)needed));
        if (_clusters.Count < needed)
            throw new CorruptImageException(
                new Finding($"file {path}", "its chain of clusters", $"{(long)_clusters.Count * disk.Geometry.ClusterBytes} bytes long",
                    $"{Length} (DIR_FileSize) or more"), FatDisk.Advice);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        while (into.Length > 0)
        {
            ByteRange cluster = _disk.Geometry.Cluster(_clusters[(int)(at / _disk.Geometry.ClusterBytes)]);
            int skip = (int)(at % _disk.Geometry.ClusterBytes);
            int count = (int)Math.Min(cluster.Length - skip, into.Length);
            _disk.Bytes.Read(cluster.Start + skip, into[..count]);
            at += count;
            into = into[count..];
        }
    }
}
