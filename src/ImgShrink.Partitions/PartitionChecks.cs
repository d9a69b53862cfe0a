using ImgShrink.Blocks;

namespace ImgShrink.Partitions;

/// <summary>What must hold for the partitions of any table.</summary>
internal static class PartitionChecks
{
    /// <summary>Throws when a partition lies beyond the end of the disk, or two share a sector.</summary>
    /// <exception cref="CorruptImageException">With one finding a partition.</exception>
    public static void ThrowIfImpossible(IReadOnlyCollection<Partition> partitions, long diskBytes)
    {
        ThrowIfBeyondEnd(partitions, diskBytes);
        ThrowIfOverlapping(partitions);
    }

    /// <summary>Throws when an extended boot record lies inside of a partition.</summary>
    /// <exception cref="CorruptImageException">It would be overwritten by the partition's content.</exception>
    public static void ThrowIfInside(IEnumerable<Lba> records, IReadOnlyCollection<Partition> partitions)
    {
        foreach (Lba record in records)
        {
            if (partitions.FirstOrDefault(each => each.Start <= record.Bytes && record.Bytes < each.End) is { } covers)
                throw new CorruptImageException(
                    new Finding($"extended boot record at {record}", "its place", $"inside of partition {covers.Number}",
                        "between partitions"), "Repair the table, or copy the card again.");
        }
    }

    private static void ThrowIfBeyondEnd(IReadOnlyCollection<Partition> partitions, long diskBytes)
    {
        Partition[] beyond = [.. partitions.Where(partition => partition.End > diskBytes)];
        if (beyond.Length == 0)
            return;
        Partition last = beyond.MaxBy(partition => partition.End)!;
        long missing = (last.End - diskBytes + Lba.SectorSize - 1) / Lba.SectorSize;
        string sectors = missing == 1 ? "1 sector" : $"{missing} sectors";
        throw new CorruptImageException(
            $"The image ends {sectors} before partition {last.Number} does: the copy is incomplete.",
            [.. beyond.Select(partition => new Finding(
                $"partition {partition.Number}", "its end", $"byte {partition.End}",
                $"at most {diskBytes}, where the image ends"))],
            "Copy the card again; if the image was compressed, check that it was unpacked completely.");
    }

    private static void ThrowIfOverlapping(IReadOnlyCollection<Partition> partitions)
    {
        var findings = new List<Finding>();
        Partition? furthest = null;
        foreach (Partition partition in partitions.OrderBy(partition => partition.Start))
        {
            if (furthest is not null && partition.Start < furthest.End)
                findings.Add(new Finding(
                    $"partition {partition.Number}", "its first sector", $"{Lba.Of(partition.Start).Number}",
                    $"{Lba.Of(furthest.End).Number} or more, behind partition {furthest.Number}"));
            if (furthest is null || partition.End > furthest.End)
                furthest = partition;
        }

        if (findings.Count > 0)
            throw new CorruptImageException(
                "Partitions overlap: the partition table is damaged.", findings,
                    "Repair the table, or copy the card again.");
    }
}
