using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Finds the files that lie in some ranges of an ext volume.</summary>
internal static class ExtFilesIn
{
    /// <summary>Paths of the objects whose content or map lies there, ascending; a name a hard link.</summary>
    public static IReadOnlyList<string> Find(ExtVolume volume, RangeSet ranges, CancellationToken cancel)
    {
        HashSet<long> inodes = Inodes(volume, [.. ranges.Ranges()]);
        return inodes.Count == 0 ? [] :
        [
            .. FileWalk.Below(volume, ExtFileTree.Open(volume), "/", cancel)
                .Where(each => inodes.Contains(each.Entry.Unix!.Inode))
                .Select(each => each.Path)
                .Order(StringComparer.Ordinal),
        ];
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
