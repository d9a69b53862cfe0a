using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FirstBoot;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>Finds out what grows a volume on the first boot, and puts it there where that is needed.</summary>
internal static class FirstBootStep
{
    // Four small files, the directories they lie in, and one block more for each directory that has to grow.
    private const int HookBlocks = 32;
    private const int HookInodes = 16;
    private const int LastPrimary = 4;

    /// <summary>What would be done.</summary>
    /// <param name="card">The card.</param>
    /// <param name="volume">The volume that is shrunk.</param>
    /// <param name="start">Where it starts on the target disk, in bytes.</param>
    /// <param name="limit">How far it shall grow; null for not at all.</param>
    public static HookDecision Decide(CardImage card, CardVolume? volume, long start, ExpandLimit? limit)
    {
        if (limit is null)
            return HookDecision.None("not asked for (--expand none)");
        if (volume?.Volume is not ExtVolume ext || card.Table.Kind == TableKind.None)
            return HookDecision.None("there is no ext partition that could grow");
        if (volume.Partition.Number > LastPrimary && card.Table.Kind == TableKind.Mbr)
            return HookDecision.None("it is a logical partition, and growing those is not supported yet");
        if (card.Table.Sector != SectorSize.Usual)
            return HookDecision.None($"the hook grows disks with sectors of 512 bytes only, and this one has {card.Table.Sector.Bytes}");
        if (card.Volumes.FirstOrDefault(each => each.Partition.Start > volume.Partition.Start) is { } behind)
            return HookDecision.None($"partition {behind.Partition.Number} lies behind it, so it has no room to grow into");
        if (ext.GrowthObstacle is { } obstacle)
            return HookDecision.None(obstacle);
        if (!ext.HasRoomFor(HookBlocks, HookInodes))
            return HookDecision.None("the file system is full; not even the hook fits");
        HookDecision decision = FirstBootHook.Decide(ExtFileTree.Open(ext), Target(card, volume, start, limit.Value));
        return decision.WritesHook && ExtFileEditor.WhyNotCreate(ext, FirstBootHook.Paths) is { } barred
            ? HookDecision.None(barred) : decision;
    }

    /// <summary>Decides, and writes the hook into the volume's overlay, or takes one away that is not wanted.</summary>
    /// <param name="card">The card.</param>
    /// <param name="volume">The volume that is shrunk.</param>
    /// <param name="start">Where it starts on the target disk, in bytes.</param>
    /// <param name="limit">How far it shall grow; null for not at all.</param>
    public static HookDecision Apply(CardImage card, CardVolume volume, long start, ExpandLimit? limit)
    {
        HookDecision decision = Decide(card, volume, start, limit);
        var ext = (ExtVolume)volume.Volume;
        bool removes = limit is null && ext.Obstacle is null && FirstBootHook.IsInstalled(ExtFileTree.Open(ext));
        if (!decision.WritesHook && !removes)
            return decision;

        // The time comes from the volume, so that the same image always gives the same result.
        using ExtFileEditor editor = ExtFileEditor.Open(ext, ext.LastWritten);
        if (decision.WritesHook)
            FirstBootHook.Install(editor, Target(card, volume, start, limit!.Value));
        else
            FirstBootHook.Remove(editor);
        return removes ? HookDecision.None("not asked for (--expand none); the hook of an earlier shrink was removed")
            : decision;
    }

    private static ExpandTarget Target(CardImage card, CardVolume volume, long start, ExpandLimit limit) => new(
        card.Table.Kind == TableKind.Gpt ? ExpandTable.Gpt : ExpandTable.Mbr,
        volume.Partition.Number,
        SectorSize.Usual.Count(start),
        volume.Volume.FileSystem,
        volume.Volume.Uuid!) { Limit = limit };
}
