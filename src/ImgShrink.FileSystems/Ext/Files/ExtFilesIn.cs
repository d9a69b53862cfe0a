using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Finds the files that lie in some ranges of an ext volume.</summary>
internal static class ExtFilesIn
{
    /// <summary>Paths of the objects whose content or map lies there, ascending; a name a hard link.</summary>
    public static IReadOnlyList<string> Find(ExtVolume volume, RangeSet ranges, CancellationToken cancel)
    {
        HashSet<long> inodes = Inodes(volume, [.. ranges.Ranges()]);
        var found = new List<string>();
        var tree = ExtFileTree.Open(volume);
        var folders = new Stack<string>(inodes.Count > 0 ? [""] : []);
        while (folders.TryPop(out string? folder))
        {
            cancel.ThrowIfCancellationRequested();
            foreach (string name in tree.List(folder + "/"))
            {
                string path = $"{folder}/{name}";
                if (tree.TryStat(path) is not { } entry)
                    continue;
                if (inodes.Contains(entry.Unix!.Inode))
                    found.Add(path);
                if (entry.Kind == EntryKind.Directory)
                    folders.Push(path);
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static HashSet<long> Inodes(ExtVolume volume, ByteRange[] ranges)
    {
        int blockSize = volume.Geometry.BlockSize;
        var inodes = new HashSet<long>();
        volume.VisitInodes((number, inode) =>
        {
            if (!inode.HasBlockMap)
                return;
            BlockMap map = BlockMap.Read(volume, number, inode);
            if (map.Extents.Exists(each => !each.Unwritten && IsHit(each.Physical, each.Length))
                || map.Nodes.Exists(each => IsHit(each.Block, 1)))
                inodes.Add(number.Value);
        });
        return inodes;

        bool IsHit(long block, long count)
        {
            var range = new ByteRange(block * blockSize, count * blockSize);
            return Array.Exists(ranges, each => each.Overlaps(range));
        }
    }
}
