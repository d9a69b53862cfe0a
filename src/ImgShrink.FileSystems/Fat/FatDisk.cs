using ImgShrink.Blocks;
using ImgShrink.FileSystems.Fat.OnDisk;

namespace ImgShrink.FileSystems.Fat;

/// <summary>An open FAT volume: its bytes, where its parts are, and its table.</summary>
internal sealed record FatDisk(IBlockSource Bytes, FatGeometry Geometry, FatTable Table)
{
    /// <summary>What to do about a damaged volume.</summary>
    public const string Advice = "Repair the volume (chkdsk, fsck.fat), or copy the card again.";

    /// <summary>The entries of the largest directory; systems refuse to make larger ones.</summary>
    private const long LargestDirectory = 65536 * FatDirEntry.Size;

    /// <summary>Opens the volume; null when it is not FAT.</summary>
    /// <exception cref="CorruptImageException">It is FAT, but its boot sector cannot be true.</exception>
    public static FatDisk? TryOpen(IBlockSource volume)
    {
        if (volume.Length < BootSector.Size)
            return null;
        var boot = new BootSector(volume.ReadBytes(0, BootSector.Size));
        if (!FatGeometry.IsFat(boot))
            return null;
        FatGeometry geometry = FatGeometry.From(boot, volume.Length);
        return new FatDisk(volume, geometry, new FatTable(volume, geometry));
    }

    /// <summary>The runs of bytes that a directory is made of, in order.</summary>
    /// <param name="cluster">Its first cluster; 0 for the root directory, as entries of ".." say it.</param>
    /// <exception cref="CorruptImageException">Its chain is broken, or longer than a directory can be.</exception>
    public IEnumerable<ByteRange> DirectoryRuns(uint cluster)
    {
        if (cluster == 0 && Geometry.Kind != FatKind.Fat32)
        {
            yield return new ByteRange(Geometry.RootStart, Geometry.RootBytes);
            yield break;
        }

        uint first = cluster == 0 ? Geometry.RootCluster : cluster;
        long bytes = 0;
        foreach (uint link in Table.Chain(first))
        {
            if (bytes >= LargestDirectory)
                throw new CorruptImageException(
                    new Finding($"directory in cluster {first}", "its length", $"more than {LargestDirectory} bytes",
                        "less"),
                    Advice);
            bytes += Geometry.ClusterBytes;
            yield return Geometry.Cluster(link);
        }
    }
}
