using ImgShrink.Blocks;

namespace ImgShrink.SampleCards.Fat;

/// <summary>The numbers of a FAT volume; its length alone decides them.</summary>
/// <param name="Is32">FAT32 from 64 MiB on, FAT16 below.</param>
/// <param name="Sectors">Sectors of 512 bytes in the volume.</param>
/// <param name="SectorsPerCluster">1, 2 or 4: with these the number of clusters suits the kind of table.</param>
/// <param name="ReservedSectors">Sectors before the first table.</param>
/// <param name="TableSectors">Sectors of each of the two tables.</param>
internal readonly record struct FatShape(
    bool Is32, long Sectors, int SectorsPerCluster, int ReservedSectors, int TableSectors)
{
    public const int SectorSize = 512;
    public const int Tables = 2;
    public const int RootEntries16 = 512;

    // The number of clusters is what tells the kinds of FAT apart.
    private const int FewestClusters16 = 4085;
    private const int FewestClusters32 = 65525;

    /// <summary>The sector of the root directory with FAT16, of cluster 2 with FAT32.</summary>
    public long FirstDataSector => ReservedSectors + (long)Tables * TableSectors;

    /// <summary>Data clusters; they are numbered from 2 on.</summary>
    public long Clusters => (Sectors - FirstDataSector - (
        Is32 ? 0 : RootEntries16 * 32 / SectorSize)) / SectorsPerCluster;

    /// <summary>Chooses the numbers.</summary>
    /// <exception cref="NotEnoughSpaceException">The volume is shorter than 4 MiB.</exception>
    public static FatShape For(long volumeBytes)
    {
        const long mebi = 1 << 20;
        if (volumeBytes < 4 * mebi)
            throw new NotEnoughSpaceException(
                $"A sample FAT volume needs 4 MiB at least; there are {volumeBytes} bytes.");
        bool is32 = volumeBytes >= 64 * mebi;
        int perCluster = volumeBytes switch
        {
            < 16 * mebi => 1,
            < 64 * mebi => 4,
            < 128 * mebi => 1,
            < 256 * mebi => 2,
            _ => 4,
        };
        var shape = new FatShape(is32, Math.Min(volumeBytes / SectorSize, uint.MaxValue), perCluster, is32 ? 32 : 4,
            TableSectors: 1);
        int entryBytes = is32 ? 4 : 2;
        while ((shape.Clusters + 2) * entryBytes > (long)shape.TableSectors * SectorSize)
        {
            // A longer table leaves fewer clusters, so this settles after a few steps, always on the safe side.
            long needed = ((shape.Clusters + 2) * entryBytes + SectorSize - 1) / SectorSize;
            shape = shape with { TableSectors = (int)needed };
        }

        if (is32 ? shape.Clusters < FewestClusters32 : shape.Clusters is < FewestClusters16 or >= FewestClusters32)
            throw new InvalidOperationException($"{shape} does not suit its kind of FAT.");
        return shape;
    }
}
