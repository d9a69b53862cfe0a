using ImgShrink.Blocks;
using ImgShrink.FileSystems.ExFat.OnDisk;

namespace ImgShrink.FileSystems.ExFat;

/// <summary>A run of clusters: <paramref name="First"/>, and the <paramref name="Count"/> - 1 behind it.</summary>
internal readonly record struct ClusterRun(uint First, uint Count);

/// <summary>Where the parts of an exFAT volume are; proven once against the volume's length, then trusted.</summary>
/// <param name="TotalBytes">Bytes that the file system spans.</param>
/// <param name="FatStart">First byte of the FAT.</param>
/// <param name="HeapStart">First byte of cluster 2.</param>
/// <param name="ClusterBytes">Bytes in a cluster, 512 to 32 MiB.</param>
/// <param name="ClusterCount">Number of clusters; they bear the numbers 2 to ClusterCount + 1.</param>
/// <param name="RootCluster">First cluster of the root directory.</param>
internal readonly record struct ExFatGeometry(
    long TotalBytes, long FatStart, long HeapStart, int ClusterBytes, uint ClusterCount, uint RootCluster)
{
    public const string Advice = "Repair the volume (chkdsk, fsck.exfat), or copy the card again.";

    // The two boot regions come before anything else.
    private const uint BootSectors = 2 * ExFatBootRegion.Sectors;
    private const uint MostClusters = uint.MaxValue - 10;

    /// <summary>Whether there is a cluster of that number.</summary>
    public bool HasCluster(uint cluster) => cluster >= 2 && cluster - 2 < ClusterCount;

    /// <summary>The bytes of a run of clusters.</summary>
    public ByteRange BytesOf(ClusterRun run) =>
        new(HeapStart + (run.First - 2L) * ClusterBytes, (long)run.Count * ClusterBytes);

    /// <summary>Proves the numbers of a boot sector.</summary>
    /// <exception cref="CorruptImageException">They contradict each other, the partition's length, or their checksum.</exception>
    public static ExFatGeometry From(ExFatBootSector boot, IBlockSource volume)
    {
        if (!boot.HasSignature || !boot.HasZeros)
            throw Damaged(boot.HasSignature ? "MustBeZero" : "BootSignature", "something else", "as specified");
        if (boot.MajorRevision != 1)
            throw Damaged("FileSystemRevision", $"{boot.MajorRevision}.x", "1.x");
        if (boot.SectorShift is < 9 or > 12 || boot.ClusterShift > 25 - boot.SectorShift)
            throw Damaged("BytesPerSectorShift and SectorsPerClusterShift", $"{boot.SectorShift} and {boot.ClusterShift}",
                "9 to 12, and 25 together at most");
        if (boot.FatCount is not (1 or 2))
            throw Damaged("NumberOfFats", $"{boot.FatCount}", "1 or 2");
        long sectors = volume.Length >> boot.SectorShift;
        if (boot.VolumeLength > (ulong)sectors)
            throw Damaged("VolumeLength", $"{boot.VolumeLength}", $"at most {sectors}, which the partition has");
        RequireChecksum(volume, boot.SectorShift);

        long fatEnd = boot.FatOffset + (long)boot.FatLength * boot.FatCount;
        if (boot.FatOffset < BootSectors || fatEnd > boot.HeapOffset)
            throw Damaged("FatOffset", $"{boot.FatOffset}", $"{BootSectors} or more, and the FAT before ClusterHeapOffset");
        if (boot.ClusterCount is 0 or > MostClusters
            || boot.HeapOffset + ((long)boot.ClusterCount << boot.ClusterShift) > (long)boot.VolumeLength)
            throw Damaged("ClusterCount", $"{boot.ClusterCount}", "1 or more, inside of VolumeLength");
        if ((long)boot.FatLength << boot.SectorShift < (boot.ClusterCount + 2L) * sizeof(uint))
            throw Damaged("FatLength", $"{boot.FatLength}", "enough for all clusters");
        var geometry = new ExFatGeometry(
            (long)boot.VolumeLength << boot.SectorShift, (long)boot.FatOffset << boot.SectorShift,
            (long)boot.HeapOffset << boot.SectorShift, 1 << boot.SectorShift + boot.ClusterShift, boot.ClusterCount,
            boot.RootCluster);
        return geometry.HasCluster(boot.RootCluster) ? geometry : throw Damaged(
            "FirstClusterOfRootDirectory", $"{boot.RootCluster}", $"2 to {boot.ClusterCount + 1L}");
    }

    private static void RequireChecksum(IBlockSource volume, int sectorShift)
    {
        if (volume.Length < BootSectors << sectorShift)
            throw Damaged("the partition", $"{volume.Length} bytes long", $"{BootSectors << sectorShift} or more");
        var region = new ExFatBootRegion(volume, number: 0, sectorShift);
        if (region.Checksum != region.ExpectedChecksum)
            throw Damaged("the checksum", $"0x{region.Checksum:X8}", $"0x{region.ExpectedChecksum:X8}");
    }

    private static CorruptImageException Damaged(string place, string found, string expected) =>
        new(new Finding("exFAT boot sector", place, found, expected), Advice);
}
