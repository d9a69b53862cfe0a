using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FirstBoot.References;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>Follows what the boot files of a card ask for, on the card and on what becomes of it.</summary>
internal static class BootReferences
{
    /// <summary>The references on a card; none for a bare volume, whose neighbours nobody knows.</summary>
    public static IReadOnlyList<FoundReference> On(CardImage card, CancellationToken cancel) => card.Table.Kind == TableKind.None
        ? [] : Resolve(card.Volumes, card.Volumes.Where(each => IsSound(each, cancel)));

    /// <summary>The references of a planned card, read from what will be written.</summary>
    /// <param name="card">The card as it is.</param>
    /// <param name="source">Its references.</param>
    /// <param name="target">What will be written.</param>
    /// <param name="cancel">Ends the check of the volumes.</param>
    /// <exception cref="VerificationException">One leads nowhere that led somewhere on the card as it is.</exception>
    public static IReadOnlyList<FoundReference> RequireKept(
        CardImage card, IReadOnlyList<FoundReference> source, TargetView target, CancellationToken cancel)
    {
        if (card.Table.Kind == TableKind.None)
            return [];
        IReadOnlyList<CardVolume> volumes = CardImage.OpenVolumes(target.Bytes, PartitionTable.Read(target.Bytes));
        IReadOnlyList<FoundReference> result = Resolve(
            volumes, volumes.Where(each => IsSound(card[each.Partition.Number], cancel)));
        ReferenceCheck.RequireKept(source, result);
        return result;
    }

    private static IReadOnlyList<FoundReference> Resolve(
        IReadOnlyList<CardVolume> volumes, IEnumerable<CardVolume> readable) => ReferenceCheck.Resolve(
        readable.Select(each => (each.Partition.Number, ((IFileVolume)each.Volume).OpenFiles())), [.. volumes.Select(NamesOf)]);

    /// <summary>Whether nothing on the volume can be in the way of reading its files.</summary>
    private static bool IsSound(CardVolume each, CancellationToken cancel) => each.Volume is IFileVolume { Warnings: [] }
        && (each.Volume is not ExtVolume ext || ext.IsSound(cancel));

    private static PartitionNames NamesOf(CardVolume each) => new(
        each.Partition.Number, each.Partition.Uuid, each.Partition.Name, each.Volume.Uuid, each.Volume.Label);
}
