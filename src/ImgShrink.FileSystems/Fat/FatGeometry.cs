using ImgShrink.Blocks;
using ImgShrink.FileSystems.Fat.OnDisk;

namespace ImgShrink.FileSystems.Fat;

/// <summary>Bits of an entry of the file allocation table.</summary>
internal enum FatKind
{
    Fat12 = 12,
    Fat16 = 16,
    Fat32 = 32,
}

/// <summary>Where the parts of a FAT volume are; proven once against the volume's length, then trusted.</summary>
/// <param name="Kind">FAT12, FAT16 or FAT32.</param>
/// <param name="TotalBytes">Bytes that the file system spans.</param>
/// <param name="FatStart">First byte of the first table; all before it is the reserved area.</param>
/// <param name="FatBytes">Bytes of one table.</param>
/// <param name="FatCount">Number of tables, 1 or 2.</param>
/// <param name="ActiveFat">The one table in use, from 0; null when all are kept equal.</param>
/// <param name="RootStart">First byte of the fixed root directory of FAT12 and FAT16.</param>
/// <param name="RootBytes">Bytes of the fixed root directory; 0 on FAT32.</param>
/// <param name="RootCluster">First cluster of the root directory of FAT32; 0 otherwise.</param>
/// <param name="DataStart">First byte of cluster 2.</param>
/// <param name="ClusterBytes">Bytes in a cluster, 512 to 512 KiB.</param>
/// <param name="ClusterCount">Number of clusters; they bear the numbers 2 to ClusterCount + 1.</param>
/// <param name="FsInfoAt">Byte of the FSInfo sector; null when there is none.</param>
internal readonly record struct FatGeometry(
    FatKind Kind, long TotalBytes, long FatStart, long FatBytes, int FatCount, int? ActiveFat, long RootStart,
        long RootBytes,
    uint RootCluster, long DataStart, int ClusterBytes, uint ClusterCount, long? FsInfoAt)
{
    // Up to this many clusters an entry has 12 bits; as Linux and Windows count, not as every document does.
    private const long MostFat12Clusters = 4084;
    private const long MostFat16Clusters = 65524;
    private const long MostFat32Clusters = 0x0FFFFFF5;

    /// <summary>First byte of the table that is read.</summary>
    public long ActiveFatStart => FatStart + (ActiveFat ?? 0) * FatBytes;

    /// <summary>Whether there is a cluster of that number.</summary>
    public bool HasCluster(uint cluster) => cluster >= 2 && cluster - 2 < ClusterCount;

    /// <summary>The bytes of a cluster.</summary>
    public ByteRange Cluster(uint cluster) => new(DataStart + (cluster - 2L) * ClusterBytes, ClusterBytes);

    /// <summary>
    /// Whether a boot sector is one of FAT at all, before its numbers are weighed against each other.
    /// </summary>
    public static bool IsFat(BootSector boot) =>
        boot.HasSignature && boot.HasJump && boot.BytesPerSector is 512 or 1024 or 2048 or 4096
        && int.IsPow2(boot.SectorsPerCluster) && boot.ReservedSectors > 0 && boot.FatCount is 1 or 2
            && boot.Media >= 0xF0;

    /// <summary>Proves the numbers of a boot sector for which <see cref="IsFat"/> holds.</summary>
    /// <param name="boot">The boot sector.</param>
    /// <param name="volumeBytes">Length of the partition.</param>
    /// <exception cref="CorruptImageException">They contradict each other or the partition's length.</exception>
    public static FatGeometry From(BootSector boot, long volumeBytes)
    {
        int sectorBytes = boot.BytesPerSector;
        long total = (long)boot.TotalSectors * sectorBytes;
        long fatStart = (long)boot.ReservedSectors * sectorBytes;
        long fatBytes = (long)boot.SectorsPerFat * sectorBytes;
        long rootStart = fatStart + boot.FatCount * fatBytes;
        long rootBytes = RoundUp(boot.RootEntries * FatDirEntry.Size, sectorBytes);
        long dataStart = rootStart + rootBytes;
        int clusterBytes = boot.SectorsPerCluster * sectorBytes;
        if (total > volumeBytes)
            throw Damaged(
                "BPB_TotSec", $"{boot.TotalSectors} sectors",
                    $"at most {volumeBytes / sectorBytes}, which the partition has");
        if (fatBytes == 0)
            throw Damaged("BPB_FATSz", "0", "1 or more");
        if (dataStart + clusterBytes > total)
            throw Damaged(
                "BPB_TotSec", $"{boot.TotalSectors} sectors",
                    $"more than {dataStart / sectorBytes}, which the tables take");

        // Linux goes by BPB_FATSz16, not by the number of clusters, and so do we: "mkfs.fat -F 32" makes small FAT32 volumes.
        long clusters = (total - dataStart) / clusterBytes;
        FatKind kind = boot.IsFat32 ? FatKind.Fat32 : clusters <= MostFat12Clusters ? FatKind.Fat12 : FatKind.Fat16;
        long most = kind == FatKind.Fat32 ? MostFat32Clusters : MostFat16Clusters;
        if (clusters > most)
            throw Damaged("the number of clusters", $"{clusters}", $"at most {most}");

        // A table may be too short for the last clusters; those are then out of use.
        clusters = Math.Min(clusters, fatBytes * 8 / (int)kind - 2);
        if (clusters < 1)
            throw Damaged("BPB_FATSz", $"{boot.SectorsPerFat}", "enough for one cluster");
        bool fat32 = kind == FatKind.Fat32;
        var geometry = new FatGeometry(
            kind, total, fatStart, fatBytes, boot.FatCount, fat32 ? ActiveOf(boot) : null, rootStart, rootBytes,
            fat32 ? boot.RootCluster : 0, dataStart, clusterBytes, (uint)clusters, fat32 ? FsInfoOf(boot) : null);
        if (fat32 && !geometry.HasCluster(boot.RootCluster))
            throw Damaged("BPB_RootClus", $"{boot.RootCluster}", $"2 to {clusters + 1}");
        return geometry;
    }

    // Bit 7: only the table named by bits 0 to 3 is in use.
    private static int? ActiveOf(BootSector boot)
    {
        if ((boot.ExtFlags & 0x80) == 0)
            return null;
        int active = boot.ExtFlags & 0xF;
        return active < boot.FatCount
            ? active
            : throw Damaged("BPB_ExtFlags", $"0x{boot.ExtFlags:X4}", $"a table below {boot.FatCount}");
    }

    private static long? FsInfoOf(BootSector boot) =>
        boot.FsInfoSector > 0 && boot.FsInfoSector < boot.ReservedSectors
            ? (long)boot.FsInfoSector * boot.BytesPerSector
            : null;

    private static CorruptImageException Damaged(string place, string found, string expected) =>
        new(new Finding("FAT boot sector", place, found, expected), FatDisk.Advice);

    private static long RoundUp(long bytes, int unit) => (bytes + unit - 1) / unit * unit;
}
