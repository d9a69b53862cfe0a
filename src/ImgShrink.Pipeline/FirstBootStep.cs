using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Fat;
using ImgShrink.FirstBoot;
using ImgShrink.FirstBoot.Generalizing;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>What the first boot does, and the boot volume where that had to be written to for it.</summary>
/// <param name="Decision">What it does.</param>
/// <param name="EditedBoot">The boot volume as it will be, with the number of its partition; null where it stays.</param>
internal sealed record FirstBootPlan(HookDecision Decision, (int Partition, TargetView View)? EditedBoot)
{
    /// <summary>
    /// What is taken off the card because it belongs to one machine only; null where that is not asked for.
    /// </summary>
    public Generalization? Generalization { get; init; }
}

/// <summary>Finds out what grows a volume on the first boot, and puts it there where that is needed.</summary>
internal static class FirstBootStep
{
    // Some small files, the directories they lie in, one block more for each directory that has to grow, and with
    // SELinux one for the label of each where inodes have no room for it.
    private const int HookBlocks = 48;
    private const int HookInodes = 16;
    private const string NotAskedFor = "not asked for (--expand none)";

    /// <summary>What would be done.</summary>
    /// <param name="card">The card.</param>
    /// <param name="volume">The volume that is shrunk.</param>
    /// <param name="start">Where it starts on the target disk, in bytes.</param>
    /// <param name="wish">What is asked for.</param>
    public static HookDecision Decide(CardImage card, CardVolume? volume, long start, ExpandWish wish)
    {
        if (volume?.Volume is not ExtVolume { Obstacle: null } ext)
            return HookDecision.None(wish.Limit is null ? NotAskedFor : "there is no ext partition that could grow");
        if (card.Table.Kind == TableKind.None)
            return HookDecision.None(
                wish.Limit is null ? NotAskedFor : "the image is one volume without a partition table, so no partition can grow");
        SystemTrees files = SystemFiles.Of(card, ext);
        if (wish.Limit is null)
            return HookDecision.None(NotAsked(files, Target(card, volume, start, ExpandWish.Default)));
        if (card.Table.Sector != SectorSize.Usual)
            return HookDecision.None(
                $"disks with sectors of {card.Table.Sector.Bytes} bytes are not grown on the first boot");
        if (card.Volumes.FirstOrDefault(each => each.Partition.Start > volume.Partition.Start) is { } behind)
            return HookDecision.None($"partition {behind.Partition.Number} lies behind it, so it has no room to grow into");
        if (ext.GrowthObstacle is { } obstacle)
            return HookDecision.None(obstacle);
        HookDecision decision = FirstBootHook.Decide(files, Target(card, volume, start, wish));
        if (decision.WritesHook && !ext.HasRoomFor(HookBlocks, HookInodes))
            return HookDecision.None("the file system is full; not even the hook fits");
        return decision.WritesHook
            && ExtFileEditor.WhyNotCreate(ext, FirstBootHook.PathsOf(decision, files)) is { } barred
            ? HookDecision.None(barred)
            : decision;
    }

    /// <summary>Decides, and writes to the volumes' overlays what is needed, or takes away what is not wanted.</summary>
    /// <param name="card">The card.</param>
    /// <param name="volume">The volume that is shrunk.</param>
    /// <param name="start">Where it starts on the target disk, in bytes.</param>
    /// <param name="wish">What is asked for.</param>
    /// <param name="cancel">Ends the work.</param>
    public static FirstBootPlan Apply(CardImage card, CardVolume volume, long start, ExpandWish wish, CancellationToken cancel)
    {
        HookDecision decision = Decide(card, volume, start, wish);
        var ext = (ExtVolume)volume.Volume;
        bool mayDisarm = decision.Grows || (wish.Limit is null && ext.Obstacle is null);
        bool disarms = mayDisarm && FirstBootHook.WhatIsArmed(SystemFiles.Of(card, ext)) is not [];
        Generalization? generalization = wish.Generalize ? Generalization.Plan(SystemFiles.Of(card, ext)) : null;
        if (!decision.WritesHook && !disarms && generalization?.Steps is null or [])
            return new(decision, EditedBoot: null) { Generalization = generalization };

        // The time comes from the volume, so that the same image always gives the same result.
        CardVolume? boot = SystemFiles.Boot(card);
        WriteOverlay? overlay = boot is null ? null : new(new BlockWindow(card.Disk, boot.Partition.Range));
        using ExtFileEditor root = ExtFileEditor.Open(ext, ext.LastWritten);
        var editor = new CardEditor(root, overlay is null ? null : FatVolume.Edit(overlay, ext.LastWritten), ext.Label);
        // First, since what it takes away gives room.
        generalization?.Apply(editor);
        if (wish.Limit is null)
            FirstBootHook.Disarm(editor);
        else if (decision.Grows)
            FirstBootHook.Arm(decision, editor, Target(card, volume, start, wish));
        return new(decision, EditedBoot(card, boot, overlay, cancel)) { Generalization = generalization };
    }

    private static (int Partition, TargetView View)? EditedBoot(
        CardImage card, CardVolume? boot, WriteOverlay? edits, CancellationToken cancel) =>
        boot is not null && edits?.EditedRanges().IsEmpty is false
            ? (boot.Partition.Number, TargetDisk.Edited(card, boot with { Volume = FatVolume.Open(edits) }, edits, cancel))
            : null;

    private static string NotAsked(SystemTrees files, ExpandTarget target)
    {
        IReadOnlyList<string> armed = FirstBootHook.WhatIsArmed(files);
        string taken = armed is [] ? "" : $"; taken away: {string.Join(", ", armed)}";
        string grows = FirstBootHook.GrowsByItself(files, target) is { } own ? $"; but {own}" : "";
        return NotAskedFor + taken + grows;
    }

    private static ExpandTarget Target(CardImage card, CardVolume volume, long start, ExpandWish wish) => new(
        card.Table.Kind == TableKind.Gpt ? ExpandTable.Gpt : ExpandTable.Mbr,
        volume.Partition.Number,
        SectorSize.Usual.Count(start),
        volume.Volume.FileSystem,
        volume.Volume.Uuid!) { Limit = wish.Limit!.Value, PrefersNative = wish.PrefersNative };
}
