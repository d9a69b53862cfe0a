using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Recovery;

/// <summary>Inodes whose deletion or truncation is not finished: a chain through their i_dtime fields.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, s_last_orphan.</remarks>
internal static class OrphanList
{
    /// <summary>The inodes of the chain, from its head.</summary>
    /// <exception cref="CorruptImageException">It leads to an impossible inode, or round in a circle.</exception>
    public static IEnumerable<InodeNumber> Read(ExtVolume volume)
    {
        var seen = new HashSet<uint>();
        for (uint next = volume.Superblock.LastOrphan; next != 0;)
        {
            if (!seen.Add(next))
                throw ExtDamage.In("list of orphan inodes", $"the link behind {seen.Count} inodes", $"inode {next} again",
                    "an end");
            var number = new InodeNumber(next);
            next = new Inode(volume.ReadInodeInTable(number)).DeletionTime;
            yield return number;
        }
    }
}
