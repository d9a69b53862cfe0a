using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>One partition and what is in it.</summary>
/// <param name="Partition">Its place, as the table says.</param>
/// <param name="Volume">Its content.</param>
public sealed record CardVolume(Partition Partition, IVolume Volume)
{
    /// <summary>
    /// Why the volume could not even be opened, so that all of it counts as data; null when it could.
    /// </summary>
    public CorruptImageException? Damage { get; init; }

    /// <summary>
    /// What the volume holds, as ranges of the disk; what lies between its end and its partition's counts, too.
    /// </summary>
    public RangeSet DataOnDisk(CancellationToken cancel)
    {
        var data = new RangeSet();
        data.Add(Volume.DataRanges(cancel), Partition.Start);
        data.Add(ByteRange.Between(Partition.Start + Volume.Bytes, Partition.End));
        return data;
    }

    /// <summary>The sectors of a target disk in which the volume says where it starts, where it has moved.</summary>
    internal IEnumerable<TableEdit> MovedTo(long start, SectorSize sector) =>
        Volume is IPlacedVolume placed && start != Partition.Start
            ? placed.MovedBootSectors(sector.Count(Partition.Start), sector.Count(start))
                .Select(each => new TableEdit(start + each.At, each.Sector))
            : [];
}
