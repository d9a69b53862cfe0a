using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ntfs.OnDisk;

namespace ImgShrink.FileSystems.Ntfs;

/// <summary>The numbers of an NTFS volume; proven once against the volume's length, then trusted.</summary>
/// <param name="TotalBytes">Bytes that the file system spans, without the backup of its boot sector.</param>
/// <param name="BackupBytes">Bytes of that backup, which follows; 0 where the partition ends before.</param>
/// <param name="ClusterBytes">Bytes in a cluster, 512 to 2 MiB.</param>
/// <param name="ClusterCount">Number of clusters, numbered from 0; a few sectors may be left at the end.</param>
/// <param name="RecordBytes">Bytes in a record of the MFT.</param>
/// <param name="MftCluster">First cluster of the MFT.</param>
internal readonly record struct NtfsGeometry(
    long TotalBytes, int BackupBytes, int ClusterBytes, long ClusterCount, int RecordBytes, long MftCluster)
{
    public const string Advice = "Repair the volume (chkdsk), or copy the card again.";

    private const int LargestCluster = 2 << 20;
    private const int LargestRecord = 65536;

    /// <summary>Proves the numbers of a boot sector.</summary>
    /// <exception cref="CorruptImageException">They contradict each other, or the partition's length.</exception>
    public static NtfsGeometry From(NtfsBootSector boot, long volumeBytes)
    {
        int sectorBytes = boot.BytesPerSector;
        if (!boot.HasSignature)
            throw Damaged("its end", "something else", "55 AA");
        if (sectorBytes is not (512 or 1024 or 2048 or 4096))
            throw Damaged("bytes per sector", $"{sectorBytes}", "512 to 4096");
        int clusterBytes = boot.SectorsPerCluster * sectorBytes;
        if (clusterBytes is 0 or > LargestCluster)
            throw Damaged("sectors per cluster", $"{boot.SectorsPerCluster}", "a power of two, and 2 MiB at most");
        int recordBytes = boot.RecordBytes(clusterBytes);
        if (recordBytes is < 512 or > LargestRecord)
            throw Damaged("the size of an MFT record", $"{recordBytes}", $"512 to {LargestRecord}");
        long sectors = volumeBytes / sectorBytes;
        if (boot.TotalSectors > (ulong)sectors)
            throw Damaged("total sectors", $"{boot.TotalSectors}", $"at most {sectors}, which the partition has");
        long total = (long)boot.TotalSectors * sectorBytes;
        long clusters = total / clusterBytes;
        if (boot.MftCluster == 0 || boot.MftCluster >= (ulong)clusters)
            throw Damaged("the cluster of $MFT", $"{boot.MftCluster}", $"1 to {clusters - 1}");
        int backup = boot.TotalSectors < (ulong)sectors ? sectorBytes : 0;
        return new NtfsGeometry(total, backup, clusterBytes, clusters, recordBytes, (long)boot.MftCluster);
    }

    private static CorruptImageException Damaged(string place, string found, string expected) =>
        new(new Finding("NTFS boot sector", place, found, expected), Advice);
}
