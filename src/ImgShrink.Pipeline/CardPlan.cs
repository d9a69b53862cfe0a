using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Shrink;
using ImgShrink.FirstBoot;

namespace ImgShrink.Pipeline;

/// <summary>What becomes of a card: how its volumes shrink, and what the first boot does.</summary>
/// <param name="Volumes">The plans, by number of the partition.</param>
/// <param name="FirstBoot">What the first boot does.</param>
internal sealed record CardPlan(IReadOnlyDictionary<int, ShrinkPlan> Volumes, FirstBootPlan FirstBoot)
{
    /// <summary>What the first boot does.</summary>
    public HookDecision Hook => FirstBoot.Decision;

    /// <summary>The volumes that change, by number of the partition.</summary>
    public IReadOnlyDictionary<int, TargetView> Views
    {
        get
        {
            Dictionary<int, TargetView> views = Volumes.ToDictionary(each => each.Key, each => each.Value.View);
            if (FirstBoot.EditedBoot is { } boot)
                views.Add(boot.Partition, boot.View);
            return views;
        }
    }

    /// <summary>The plan that changes nothing.</summary>
    public static CardPlan Nothing(string why) =>
        new(new Dictionary<int, ShrinkPlan>(), new FirstBootPlan(HookDecision.None(why), EditedBoot: null));

    /// <summary>Plans all volumes that are chosen, the main one last: the others decide where it lies and what it may have.</summary>
    public static CardPlan Make(CardImage card, VolumeChoice choice, ShrinkOptions options, CancellationToken cancel)
    {
        if (choice.Main is not { } main)
            return Nothing("no volume becomes smaller");
        foreach (CardVolume volume in choice.Others.Append(main))
            Prepare((ExtVolume)volume.Volume, options, cancel);

        var plans = new Dictionary<int, ShrinkPlan>();
        foreach (CardVolume volume in choice.Others)
            plans.Add(volume.Partition.Number, ((ExtVolume)volume.Volume).PlanShrink(options.Room, cancel));
        Dictionary<int, long> lengths = plans.ToDictionary(each => each.Key, each => each.Value.View.Length);
        long start = card.Arrange(lengths).Partitions.First(each => each.Number == main.Partition.Number).Start;
        FirstBootPlan firstBoot = FirstBootStep.Apply(
            card, main, start, new ExpandWish(options.Expand, options.ExpandNative, options.Generalize), cancel);
        ShrinkRoom room = options.Room;
        if (options.LargestImage is long largest)
        {
            SizeLimit.RequirePossible(card, main, lengths, largest, cancel);
            room = ShrinkRoom.UpTo(SizeLimit.LargestLength(card, main.Partition, lengths, largest));
        }

        plans.Add(main.Partition.Number, ((ExtVolume)main.Volume).PlanShrink(room, cancel));
        return new CardPlan(plans, firstBoot);
    }

    private static void Prepare(ExtVolume volume, ShrinkOptions options, CancellationToken cancel)
    {
        volume.RequireSound(cancel);
        if (options.TrimJournal)
            volume.TrimJournal();
        if (options.ReservedShare is double share)
            volume.ReserveForRoot(share);
    }
}
