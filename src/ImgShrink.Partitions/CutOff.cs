using ImgShrink.Blocks;

namespace ImgShrink.Partitions;

/// <summary>What an image lacks that ends before its partitions do.</summary>
/// <param name="Bytes">How many bytes are missing until the end of the last partition.</param>
/// <param name="Sentence">That in words, without a full stop: "The image ends 704 sectors before partition 2 does".</param>
/// <param name="Findings">One for each partition that ends behind the image.</param>
public sealed record CutOff(long Bytes, string Sentence, IReadOnlyList<Finding> Findings)
{
    /// <summary>Looks for partitions that end behind the disk; null where none does.</summary>
    internal static CutOff? Of(IReadOnlyCollection<Partition> partitions, SectoredDisk disk)
    {
        long diskBytes = disk.Bytes.Length;
        Partition[] beyond = [.. partitions.Where(partition => partition.End > diskBytes)];
        if (beyond.Length == 0)
            return null;
        Partition last = beyond.MaxBy(partition => partition.End)!;
        long missing = last.End - diskBytes;
        long sectors = disk.Sector.Count(disk.Sector.RoundUp(missing));
        return new CutOff(
            missing,
            $"The image ends {(sectors == 1 ? "1 sector" : $"{sectors} sectors")} before partition {last.Number} does",
            [.. beyond.Select(partition => new Finding(
                $"partition {partition.Number}", "its end", $"byte {partition.End}",
                $"at most {diskBytes}, where the image ends"))]);
    }
}
