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

    /// <summary>What would be done.</summary>
    public static HookDecision Decide(CardImage card, CardVolume? volume, ExpandLimit? limit)
    {
        if (limit is null)
            return HookDecision.None("not asked for (--expand none)");
        if (volume?.Volume is not ExtVolume ext || card.Table.Kind == TableKind.None)
            return HookDecision.None("there is no ext partition that could grow");
        if (!ext.HasRoomFor(HookBlocks, HookInodes))
            return HookDecision.None("the file system is full; not even the hook fits");
        return FirstBootHook.Decide(ExtFileTree.Open(ext), Target(card, volume, limit.Value));
    }

    /// <summary>Decides, and writes the hook into the volume's overlay.</summary>
    /// <param name="card">The card.</param>
    /// <param name="volume">The volume that is shrunk.</param>
    /// <param name="limit">How far it shall grow.</param>
    public static HookDecision Apply(CardImage card, CardVolume volume, ExpandLimit? limit)
    {
        HookDecision decision = Decide(card, volume, limit);
        if (decision.WritesHook)
        {
            // The time comes from the volume, so that the same image always gives the same result.
            var ext = (ExtVolume)volume.Volume;
            using ExtFileEditor editor = ExtFileEditor.Open(ext, ext.LastWritten);
            FirstBootHook.Install(editor, Target(card, volume, limit!.Value));
        }

        return decision;
    }

    private static ExpandTarget Target(CardImage card, CardVolume volume, ExpandLimit limit) => new(
        card.Table.Kind == TableKind.Gpt ? ExpandTable.Gpt : ExpandTable.Mbr,
        volume.Partition.Number,
        Lba.Of(volume.Partition.Start).Number,
        volume.Volume.FileSystem,
        volume.Volume.Uuid!) { Limit = limit };
}
