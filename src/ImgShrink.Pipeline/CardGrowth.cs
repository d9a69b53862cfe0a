using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.Grow;
using ImgShrink.FirstBoot;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>What becomes of the room behind the last partition of an image, on a card that has more.</summary>
/// <param name="Partition">The last partition as it will be; null where it keeps its length.</param>
/// <param name="Volume">Its file system, grown; null where that keeps its size for now.</param>
/// <param name="Sentence">That, in a sentence.</param>
internal sealed record CardGrowth(Partition? Partition, GrowthPlan? Volume, string Sentence)
{
    // Of the first-boot script: sectors of 512 bytes kept for GPT's backup on every card, and the unit that partitions end at.
    private const long BackupSectors = 33;
    private const long Unit = 1 << 20;

    private static readonly string ToEnd = ExpandLimit.Max.ToString();

    // More than that between a file system and the end of its partition is no rounding, and is not looked at.
    private const long LargestRest = 16 << 20;

    /// <summary>The last partition keeps its length.</summary>
    public static CardGrowth None(string why) => new(null, null, why);

    /// <summary>Plans the growth.</summary>
    /// <param name="card">The card as it is; our script is taken off where it has nothing left to do.</param>
    /// <param name="diskBytes">The length of the card that is written.</param>
    /// <param name="wish">Whether to grow; null for where nobody else is going to make use of the room.</param>
    /// <param name="cancel">Ends the planning.</param>
    public static CardGrowth Plan(CardImage card, long diskBytes, bool? wish, CancellationToken cancel)
    {
        if (card.Table.Kind == TableKind.None)
            return None("An image without a partition table keeps its size.");
        CardVolume last = card.Volumes.MaxBy(each => each.Partition.Start)!;
        string name = $"Partition {last.Partition.Number}";
        long room = RoomFor(card.Table, last.Partition, diskBytes);
        if (room <= last.Partition.Length)
            return None($"{name} fills the card as it is.");
        if (wish == false)
            return None($"{name} keeps its size (--expand none).");
        if (last.Volume is not ExtVolume volume || !volume.IsSound(cancel))
            return None($"{name} keeps its size; only sound ext volumes can grow.");
        if (!IsRestEmpty(card, last))
            return None($"{name} keeps its size; its file system ends long before it does, or something else lies between.");
        string? hook = FirstBootHook.LimitOfScript(ExtFileTree.Open(volume), last.Partition.Number);
        if (wish is null && hook is not null && hook != ToEnd)
            return None($"{name} keeps its size; the hook on it grows it on the first boot, to {hook} as the shrink was told.");
        if (wish is null && hook is null && IsFirstBootAhead(card, cancel))
            return None($"{name} keeps its size, for the system does not look as if it had been started yet, and may have a use "
                + "of its own for the rest of the card. --expand max grows it all the same.");
        return Plan(last.Partition, volume, room, hook, cancel);
    }

    private static CardGrowth Plan(Partition last, ExtVolume volume, long room, string? hook, CancellationToken cancel)
    {
        string name = $"Partition {last.Number}";
        GrowthPlan? plan = volume.PlanGrowth(room, cancel);
        if (plan is { IsWhole: true } && hook is not null)
        {
            RemoveScript(volume);
            plan = volume.PlanGrowth(room, cancel);
        }

        if (plan is { IsWhole: true })
            return new(last with { Length = room }, plan, $"{name} and its file system have the rest of the card now.");
        // As far as possible: what is left is the script's, if it is there, or nobody's.
        if (hook == ToEnd)
            return new(last with { Length = room }, plan,
                $"{name} has the rest of the card now; its file system grows {(plan is null ? "" : "to the end ")}on the first boot.");
        if (plan is null)
            return None($"{name} keeps its size; its file system cannot get larger.");
        long end = (last.Start + plan.Bytes + Unit - 1) / Unit * Unit;
        return new(last with { Length = Math.Min(end - last.Start, room) }, plan,
            $"{name} has grown as far as the descriptors of its file system allow, to {plan.Bytes} bytes; the rest stays free.");
    }

    private static long RoomFor(PartitionTable table, Partition last, long diskBytes)
    {
        long tail = Math.Max(BackupSectors * SectorSize.Usual.Bytes, table.TailBytes);
        long end = table.Sector.RoundDown(diskBytes) - tail;
        if (table.Kind == TableKind.Mbr)
            end = Math.Min(end, table.Sector.Of(uint.MaxValue));
        return end / Unit * Unit - last.Start;
    }

    /// <summary>Whether a partition holds nothing but zeros behind its file system: what lies there may belong to it.</summary>
    private static bool IsRestEmpty(CardImage card, CardVolume last)
    {
        var rest = ByteRange.Between(last.Partition.Start + last.Volume.Bytes, last.Partition.End);
        return rest.Length <= LargestRest && card.IsZero(rest);
    }

    private static bool IsFirstBootAhead(CardImage card, CancellationToken cancel) => card.Volumes
        .Select(each => each.Volume)
        .OfType<ExtVolume>()
        .Any(ext => ext.IsSound(cancel) && FirstBootHook.IsFirstBootAhead(SystemFiles.Of(card, ext)));

    private static void RemoveScript(ExtVolume volume)
    {
        using ExtFileEditor root = ExtFileEditor.Open(volume, volume.LastWritten);
        FirstBootHook.RemoveScript(new CardEditor(root, Boot: null, volume.Label));
    }
}
