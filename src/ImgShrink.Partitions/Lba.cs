namespace ImgShrink.Partitions;

/// <summary>A logical block address: the number of a sector of a disk, 0 for the first.</summary>
/// <param name="Number">Sectors from the start of the disk, 0 or more.</param>
public readonly record struct Lba(long Number)
{
    /// <summary>
    /// Bytes in a sector. Cards and their images have no others; disks with 4096 are refused by name.
    /// </summary>
    public const int SectorSize = 512;

    /// <summary>Highest number whose byte address is still a <see cref="long"/>.</summary>
    internal const ulong Highest = long.MaxValue / SectorSize - 1;

    /// <summary>Where the sector begins, in bytes.</summary>
    public long Bytes => Number * SectorSize;

    /// <summary>The sector that holds the byte at <paramref name="at"/>.</summary>
    public static Lba Of(long at) => new(at / SectorSize);

    /// <summary>The length of the whole sectors in so many bytes.</summary>
    public static long RoundDown(long bytes) => bytes / SectorSize * SectorSize;

    /// <summary>The length of the sectors that so many bytes take.</summary>
    public static long RoundUp(long bytes) => RoundDown(bytes + SectorSize - 1);

    /// <inheritdoc/>
    public override string ToString() => $"sector {Number}";
}
