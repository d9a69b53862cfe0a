using ImgShrink.Blocks;

namespace ImgShrink.Partitions;

/// <summary>What must hold for the partitions of any table.</summary>
internal static class PartitionChecks
{
    /// <summary>Throws when an extended boot record lies inside of a partition.</summary>
    /// <exception cref="CorruptImageException">It would be overwritten by the partition's content.</exception>
    public static void ThrowIfInside(
        IEnumerable<Lba> records, IReadOnlyCollection<Partition> partitions, SectorSize sector)
    {
        foreach (Lba record in records)
        {
            if (partitions.FirstOrDefault(each => each.Start <= sector.At(record) && sector.At(record) < each.End) is { } covers)
                throw new CorruptImageException(
                    new Finding($"extended boot record at {record}", "its place", $"inside of partition {covers.Number}",
                        "between partitions"), "Repair the table, or copy the card again.");
        }
    }

    /// <summary>Throws when two partitions share a sector.</summary>
    /// <exception cref="CorruptImageException">With one finding a partition.</exception>
    public static void ThrowIfOverlapping(IReadOnlyCollection<Partition> partitions, SectorSize sector)
    {
        var findings = new List<Finding>();
        Partition? furthest = null;
        foreach (Partition partition in partitions.OrderBy(partition => partition.Start))
        {
            if (furthest is not null && partition.Start < furthest.End)
                findings.Add(new Finding(
                    $"partition {partition.Number}", "its first sector", $"{sector.Count(partition.Start)}",
                    $"{sector.Count(furthest.End)} or more, behind partition {furthest.Number}"));
            if (furthest is null || partition.End > furthest.End)
                furthest = partition;
        }

        if (findings.Count > 0)
            throw new CorruptImageException(
                "Partitions overlap: the partition table is damaged.", findings,
                    "Repair the table, or copy the card again.");
    }
}
