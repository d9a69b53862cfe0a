using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;

namespace ImgShrink.Pipeline;

/// <summary>Which volumes of a card are shrunk.</summary>
/// <param name="Main">The one that gives most, and takes up what room a wished size leaves; null for none.</param>
/// <param name="Others">Further ones, in the order of the disk.</param>
/// <param name="WhyNot">Why none is shrunk, in a sentence; null where one is.</param>
internal sealed record VolumeChoice(CardVolume? Main, IReadOnlyList<CardVolume> Others, string? WhyNot)
{
    /// <summary>Chooses: the ext volume with most free space, the one asked for, or all of them.</summary>
    /// <exception cref="ImgShrinkException">
    /// A volume is damaged, so that nobody can tell which gives most; or the one asked for cannot be shrunk.
    /// </exception>
    public static VolumeChoice Of(CardImage card, ShrinkOptions options)
    {
        if (options.KeepSizes || options.AllSectors)
            return new(null, [], "Volumes keep their sizes, as asked for.");
        if (options.OnlyPartition is int number)
            return new(Asked(card, number), [], WhyNot: null);
        if (card.Volumes.FirstOrDefault(each => each.Damage is not null)?.Damage is { } damage)
            throw damage;
        CardVolume? main = MostFree(card);
        if (main is null)
            return new(null, [], "There is no ext volume: nothing can be shrunk, free space is skipped.");
        IEnumerable<CardVolume> others = card.Volumes
            .Where(each => each.Volume is ExtVolume && each != main)
            .OrderBy(each => each.Partition.Start);
        return new(main, options.AllVolumes ? [.. others] : [], WhyNot: null);
    }

    /// <summary>The ext volume with most free space, by its own count; the last on the disk of equals.</summary>
    public static CardVolume? MostFree(CardImage card) => card.Volumes
        .Where(each => each.Volume is ExtVolume)
        .OrderByDescending(each => each.Partition.Start)
        .MaxBy(each => each.Volume.FreeBytes);

    private static CardVolume Asked(CardImage card, int number)
    {
        CardVolume asked = card.Find(number) ?? throw new UnsupportedImageException(card.NoPartition(number));
        if (asked.Damage is { } damage)
            throw damage;
        return asked.Volume is ExtVolume ? asked : throw new UnsupportedImageException(
            $"{asked.Partition.Title} is {asked.Volume.FileSystem}, and only ext volumes can be shrunk.");
    }
}
