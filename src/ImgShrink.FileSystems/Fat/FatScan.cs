using System.Collections;
using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Fat;

/// <summary>Which clusters of a volume are in use, and whether its chains can be believed.</summary>
/// <remarks>
/// The clusters in use are trusted only where every link leads to a cluster in use, none is led to twice (which also finds
/// loops), and every file begins where no chain leads to. Memory: two bits a cluster; 2 TB in clusters of 32 KiB take 16 MiB.
/// </remarks>
internal sealed class FatScan
{
    private const int FatCompareBytes = 65536;

    private readonly FatDisk _disk;
    private readonly BitArray _used;
    private readonly BitArray _ledTo;

    private FatScan(FatDisk disk)
    {
        int numbers = (int)(disk.Geometry.ClusterCount + 2);
        (_disk, _used, _ledTo) = (disk, new BitArray(numbers), new BitArray(numbers));
    }

    /// <summary>Clusters that are neither in use nor bad.</summary>
    public long FreeClusters { get; private set; }

    /// <summary>What is wrong, in one sentence; null when every chain can be believed.</summary>
    public string? Damage { get; private set; }

    /// <summary>Reads the whole table and all directories.</summary>
    public static FatScan Of(FatDisk disk)
    {
        var scan = new FatScan(disk);
        scan.Damage = scan.ReadLinks() ?? scan.CompareTables() ?? scan.WalkDirectories();
        return scan;
    }

    /// <summary>Adds the clusters in use to a set.</summary>
    public void AddUsedTo(RangeSet data)
    {
        FatGeometry geometry = _disk.Geometry;
        uint end = geometry.ClusterCount + 2;
        for (uint cluster = 2; cluster < end; cluster++)
        {
            uint first = cluster;
            while (cluster < end && _used[(int)cluster])
                cluster++;
            if (cluster > first)
                data.Add(ByteRange.Between(geometry.Cluster(first).Start, geometry.Cluster(cluster).Start));
        }
    }

    private string? ReadLinks()
    {
        string? damage = null;
        uint end = _disk.Geometry.ClusterCount + 2;
        for (uint cluster = 2; cluster < end; cluster++)
        {
            uint next = _disk.Table[cluster];
            if (next == FatTable.Free)
                FreeClusters++;
            if (next is FatTable.Free or FatTable.Bad)
                continue;
            _used[(int)cluster] = true;
            if (next >= FatTable.FirstEnd)
                continue;
            if (!_disk.Geometry.HasCluster(next))
                damage ??= $"The FAT entry of cluster {cluster} is {next}, expected 2 to {end - 1}.";
            else if (_ledTo[(int)next])
                damage ??= $"Two FAT entries lead to cluster {next}, one of them that of cluster {cluster}.";
            else
                _ledTo[(int)next] = true;
        }

        for (int cluster = 2; cluster < end && damage is null; cluster++)
            if (_ledTo[cluster] && !_used[cluster])
                damage = $"A FAT entry leads to cluster {cluster}, which is free.";
        return damage;
    }

    private string? CompareTables()
    {
        FatGeometry geometry = _disk.Geometry;
        if (geometry.FatCount < 2 || geometry.ActiveFat is not null)
            return null;

        // The first two entries hold no links but flags, which some systems write into the first table only.
        long links = 2L * (int)geometry.Kind / 8;
        long end = ((geometry.ClusterCount + 2L) * (int)geometry.Kind + 7) / 8;
        for (long at = links; at < end; at += FatCompareBytes)
        {
            int count = (int)Math.Min(FatCompareBytes, end - at);
            byte[] first = _disk.Bytes.ReadBytes(geometry.FatStart + at, count);
            byte[] second = _disk.Bytes.ReadBytes(geometry.FatStart + geometry.FatBytes + at, count);
            int same = first.AsSpan().CommonPrefixLength(second);
            if (same < count)
                return $"The two FATs differ, first at cluster {(at + same) * 8 / (int)geometry.Kind}.";
        }

        return null;
    }

    private string? WalkDirectories()
    {
        var pending = new Stack<uint>([0]);
        if (_disk.Geometry.Kind == FatKind.Fat32 && !Claim(_disk.Geometry.RootCluster))
            return $"The root directory begins in cluster {_disk.Geometry.RootCluster}, "
                + "which is free or inside another chain.";
        try
        {
            while (pending.TryPop(out uint directory))
                foreach (FatItem item in FatDirectory.Read(_disk, directory))
                {
                    if (item.IsLabel || item.IsDots || (item.FirstCluster == 0 && !item.IsDirectory))
                        continue;
                    if (!Claim(item.FirstCluster))
                        return $"\"{item.Name}\" begins in cluster {item.FirstCluster}, "
                            + "which is not there, free, or not its own.";
                    if (item.IsDirectory)
                        pending.Push(item.FirstCluster);
                }
        }
        catch (CorruptImageException error)
        {
            return $"{error.Findings[0]}.";
        }

        return null;
    }

    // A chain's first cluster counts as led to by its file, so that no second file can begin there.
    private bool Claim(uint first)
    {
        if (!_disk.Geometry.HasCluster(first) || !_used[(int)first] || _ledTo[(int)first])
            return false;
        return _ledTo[(int)first] = true;
    }
}
