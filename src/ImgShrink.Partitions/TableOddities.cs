using ImgShrink.Partitions.Mbr;

namespace ImgShrink.Partitions;

/// <summary>Says in words what is unusual about a table that is sound.</summary>
internal static class TableOddities
{
    /// <summary>What is unusual about partitions of any table, in sentences.</summary>
    /// <param name="partitions">The partitions, by number.</param>
    public static IEnumerable<string> Of(IReadOnlyList<Partition> partitions) =>
        [.. Order(partitions), .. Holes([.. partitions.Select(each => each.Number)])];

    /// <summary>What is unusual about an MBR, in sentences.</summary>
    public static IEnumerable<string> OfMbr(MbrSector sector, ExtendedChain? chain, IReadOnlyList<Partition> partitions)
    {
        int[] primary = [.. partitions.Select(each => each.Number).Where(number => number < ExtendedChain.FirstNumber)];
        int[] logical = [.. partitions.Select(each => each.Number).Except(primary)];
        var oddities = new List<string>();
        if (sector.DiskSignature == 0)
            oddities.Add("The disk signature is 00000000, which many programs take for none: they see no PARTUUIDs.");
        if (logical.Length > 0)
            oddities.Add($"Partition {chain!.Slot + 1} is an extended one and holds {string.Join(", ", logical)}.");
        int[] taken = logical.Length > 0 ? [.. primary.Append(chain!.Slot + 1).Order()] : primary;
        return [.. oddities, .. Order(partitions), .. Holes(taken)];
    }

    private static IEnumerable<string> Order(IReadOnlyList<Partition> partitions)
    {
        int[] onDisk = [.. partitions.OrderBy(each => each.Start).Select(each => each.Number)];
        if (!onDisk.SequenceEqual(onDisk.Order()))
            yield return $"The partitions are not numbered in the order of the disk, which is {string.Join(", ", onDisk)}.";
    }

    private static IEnumerable<string> Holes(int[] numbers)
    {
        int[] unused = [.. Enumerable.Range(1, numbers[^1]).Except(numbers)];
        if (unused.Length > 0)
            yield return $"The numbers of the partitions have holes: there is no {string.Join(", ", unused)}.";
    }
}
