using ImgShrink.Blocks;
using ImgShrink.Devices;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FirstBoot;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>A card image laid out for a drive of another size.</summary>
/// <param name="Target">What to write, as long as the drive.</param>
/// <param name="Plan">How volumes change; none does where none has to.</param>
/// <param name="Grown">The last partition with the rest of the drive; null where it keeps its length.</param>
/// <param name="Growth">What becomes of the room behind the last partition, in a sentence.</param>
internal sealed record CardFit(TargetView Target, CardPlan Plan, Partition? Grown, string Growth)
{
    // Of the first-boot script: sectors kept for GPT's backup on every card, and the unit that partitions end at.
    private const long BackupSectors = 33;
    private const long Unit = 1 << 20;
    private const long MostMbrSectors = uint.MaxValue;
    private const int LastPrimary = 4;

    /// <summary>Lays the card out.</summary>
    /// <exception cref="NotEnoughSpaceException">It does not fit; the message says by how much, and what makes it fit.</exception>
    public static CardFit For(CardImage card, Drive drive, WriteOptions options, CancellationToken cancel)
    {
        if (card.Table.Kind != TableKind.None && card.Table.Sector.Bytes != drive.SectorSize)
            throw new UnsupportedImageException(
                $"The image has sectors of {card.Table.Sector.Bytes} bytes, and {drive.Path} has sectors of {drive.SectorSize}.");
        CardPlan plan = options.Resize ? Resized(card, drive.Length, options, cancel)
            : CardPlan.Nothing("nothing is changed");
        Dictionary<int, long> lengths = plan.Views.ToDictionary(each => each.Key, each => each.Value.Length);
        Arrangement target = card.Arrange(lengths);
        if (target.End > drive.Length)
            throw TooLarge(target.End, drive, options);
        Partition last = target.Partitions.MaxBy(each => each.Start)!;
        string? whyNot = WhyNotGrow(card, plan, last);
        long room = whyNot is null ? RoomFor(last, card.Table.Kind, drive.Length) : 0;
        bool grows = room > last.Length;
        if (grows)
            lengths[last.Number] = room;
        TargetView view = TargetDisk.Compose(card, plan.Views, lengths, drive.Length);
        return new CardFit(view, plan, grows ? last with { Length = room } : null, grows
            ? $"Partition {last.Number} has the rest of the card now; its file system grows on the first boot."
            : whyNot ?? $"Partition {last.Number} fills the card as it is.");
    }

    private static CardPlan Resized(CardImage card, long length, WriteOptions options, CancellationToken cancel)
    {
        var shrink = new ShrinkOptions { Source = options.Source, LargestImage = length };
        return CardPlan.Make(card, VolumeChoice.Of(card, shrink), shrink, cancel);
    }

    /// <summary>
    /// A partition may only grow before its file system does where something is known to take care of the rest.
    /// </summary>
    private static string? WhyNotGrow(CardImage card, CardPlan plan, Partition last)
    {
        if (card.Table.Kind == TableKind.None)
            return "An image without a partition table keeps its size.";
        if (card[last.Number].Volume is not ExtVolume { Obstacle: null } ext || ext.Damage() is not null)
            return $"Partition {last.Number} keeps its size; only ext volumes can grow on the first boot.";
        if (card.Table.Kind == TableKind.Mbr && last.Number > LastPrimary || card.Table.Sector != SectorSize.Usual)
            return $"Partition {last.Number} keeps its size; the first-boot hook does not grow it.";
        ExtVolume volume = plan.Views.TryGetValue(last.Number, out TargetView? changed) ? ExtVolume.Open(changed.Bytes) : ext;
        return FirstBootHook.ScriptGrowsToEnd(ExtFileTree.Open(volume), last.Number) ? null
            : $"Partition {last.Number} keeps its size, for no hook of ImgShrink is on it that would grow its file system; the system may do that by its own means.";
    }

    private static long RoomFor(Partition last, string kind, long length)
    {
        long sectors = length / SectorSize.Usual.Bytes - BackupSectors;
        long end = (kind == TableKind.Mbr ? Math.Min(sectors, MostMbrSectors) : sectors) * SectorSize.Usual.Bytes;
        return end / Unit * Unit - last.Start;
    }

    private static NotEnoughSpaceException TooLarge(long needed, Drive drive, WriteOptions options) => new(
        $"{options.Source} needs {needed} bytes, and {drive.Path} has {drive.Length}: {needed - drive.Length} bytes too few. "
        + (options.Resize ? "Nothing on it can be shrunk enough; use a larger card."
            : $"This shrinks it on the way: imgshrink write {options.Source} {options.Device} --resize"));
}
