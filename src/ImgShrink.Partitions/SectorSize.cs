namespace ImgShrink.Partitions;

/// <summary>Bytes in a sector of a disk: the unit of every number in its partition table.</summary>
/// <param name="Bytes">512, or 4096 for disks (and some USB adapters) that have no smaller ones.</param>
public readonly record struct SectorSize(int Bytes)
{
    /// <summary>That of cards, and of nearly every disk.</summary>
    public static SectorSize Usual => new(512);

    /// <summary>That of disks "4K native".</summary>
    public static SectorSize Large => new(4096);

    /// <summary>Highest sector whose byte address is still a <see cref="long"/>.</summary>
    internal ulong Highest => (ulong)(long.MaxValue / Bytes - 1);

    /// <summary>Where a sector begins, in bytes.</summary>
    public long At(Lba lba) => lba.Number * Bytes;

    /// <summary>The length of so many sectors.</summary>
    public long Of(long sectors) => sectors * Bytes;

    /// <summary>The sector that holds the byte at <paramref name="at"/>.</summary>
    public Lba Holding(long at) => new(at / Bytes);

    /// <summary>How many whole sectors there are in so many bytes.</summary>
    public long Count(long bytes) => bytes / Bytes;

    /// <summary>The length of the whole sectors in so many bytes.</summary>
    public long RoundDown(long bytes) => bytes / Bytes * Bytes;

    /// <summary>The length of the sectors that so many bytes take.</summary>
    public long RoundUp(long bytes) => RoundDown(bytes + Bytes - 1);
}
