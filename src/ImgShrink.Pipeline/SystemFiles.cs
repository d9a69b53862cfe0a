using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Fat;
using ImgShrink.FirstBoot;

namespace ImgShrink.Pipeline;

/// <summary>The files of a card that tell which system is on it.</summary>
internal static class SystemFiles
{
    /// <summary>The first FAT volume of the disk that is sound; null when there is none.</summary>
    public static CardVolume? Boot(CardImage card) => card.Volumes
        .Where(each => each.Volume is FatVolume { Warnings: [] })
        .MinBy(each => each.Partition.Start);

    /// <summary>Those of one volume that can be read, with the boot volume's.</summary>
    public static SystemTrees Of(CardImage card, ExtVolume volume) =>
        new(ExtFileTree.Open(volume), (Boot(card)?.Volume as FatVolume)?.Files, volume.Label);

    /// <summary>The system on the card; null when none is recognised.</summary>
    public static InstalledSystem? Recognise(CardImage card, CancellationToken cancel) => card.Volumes
        .Select(each => each.Volume)
        .OfType<ExtVolume>()
        .Where(ext => ext.IsSound(cancel))
        .Select(ext => InstalledSystem.Recognise(Of(card, ext)))
        .FirstOrDefault(system => system is not null);
}
