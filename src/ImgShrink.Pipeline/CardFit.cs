using ImgShrink.Blocks;
using ImgShrink.Devices;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>A card image laid out for a drive of another size.</summary>
/// <param name="Target">What to write, as long as the drive.</param>
/// <param name="Plan">How volumes shrink; none does where the image fits.</param>
/// <param name="Growth">What becomes of the room behind the last partition.</param>
internal sealed record CardFit(TargetView Target, CardPlan Plan, CardGrowth Growth)
{
    /// <summary>Lays the card out.</summary>
    /// <exception cref="NotEnoughSpaceException">It does not fit; the message says by how much, and what makes it fit.</exception>
    public static CardFit For(CardImage card, Drive drive, WriteOptions options, CancellationToken cancel)
    {
        if (card.Table.Kind != TableKind.None && card.Table.Sector.Bytes != drive.SectorSize)
            throw new UnsupportedImageException(
                $"The image has sectors of {card.Table.Sector.Bytes} bytes, and {drive.Path} has sectors of {drive.SectorSize}.");
        long needed = card.Table.Partitions.Max(each => each.End) + card.Table.TailBytes;
        if (needed <= drive.Length)
            return Grown(card, drive.Length, options, cancel);
        if (!options.Resize)
            throw TooLarge(needed, drive, options);
        return Shrunk(card, drive, options, cancel);
    }

    private static CardFit Grown(CardImage card, long length, WriteOptions options, CancellationToken cancel)
    {
        CardGrowth growth = CardGrowth.Plan(card, length, options.Grow ?? (options.Resize ? true : null), cancel);
        Dictionary<int, TargetView> views = [];
        Dictionary<int, long> lengths = [];
        if (growth.Partition is { } last)
        {
            lengths.Add(last.Number, last.Length);
            if (growth.Volume is { } volume)
                views.Add(last.Number, volume.View);
        }

        return new CardFit(TargetDisk.Compose(card, views, lengths, length, cancel), CardPlan.Nothing("nothing becomes smaller"), growth);
    }

    /// <summary>It fills the card then, so there is nothing to be grown on the first boot.</summary>
    private static CardFit Shrunk(CardImage card, Drive drive, WriteOptions options, CancellationToken cancel)
    {
        var shrink = new ShrinkOptions { Source = options.Source, LargestImage = drive.Length, Expand = null };
        CardPlan plan = CardPlan.Make(card, VolumeChoice.Of(card, shrink), shrink, cancel);
        Dictionary<int, long> lengths = plan.Views.ToDictionary(each => each.Key, each => each.Value.Length);
        long needed = card.Arrange(lengths).End + card.Table.TailBytes;
        return needed > drive.Length ? throw TooLarge(needed, drive, options) : new CardFit(
            TargetDisk.Compose(card, plan.Views, lengths, drive.Length, cancel), plan, CardGrowth.None("The image was made to fit the card."));
    }

    private static NotEnoughSpaceException TooLarge(long needed, Drive drive, WriteOptions options) => new(
        $"{options.Source} needs {needed} bytes, and {drive.Path} has {drive.Length}: {needed - drive.Length} bytes too few. "
        + (options.Resize ? "Nothing on it can be shrunk enough; use a larger card."
            : $"This shrinks it on the way: imgshrink write {options.Source} {options.Device} --resize"));
}
