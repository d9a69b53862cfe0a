using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Fat;

/// <summary>Finds the files that lie in some ranges of a FAT volume.</summary>
internal static class FatFilesIn
{
    /// <summary>Paths of the files and directories with a cluster there, ascending.</summary>
    public static IReadOnlyList<string> Find(FatDisk disk, RangeSet ranges)
    {
        ByteRange[] wanted = [.. ranges.Ranges()];
        var found = new List<string>();
        var folders = new Stack<(string Path, uint Cluster)>([("", 0)]);
        while (folders.TryPop(out var folder))
        {
            foreach (FatItem item in FatDirectory.Read(disk, folder.Cluster).Where(each => !each.IsLabel && !each.IsDots))
            {
                string path = $"{folder.Path}/{item.Name}";
                if (item.FirstCluster != 0 && disk.Table.Chain(item.FirstCluster).Any(IsHit))
                    found.Add(path);
                if (item.IsDirectory)
                    folders.Push((path, item.FirstCluster));
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found;

        bool IsHit(uint cluster) => Array.Exists(wanted, each => each.Overlaps(disk.Geometry.Cluster(cluster)));
    }
}
