using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>Decides where the bitmaps and inode tables of the target's groups will lie.</summary>
/// <remarks>
/// Those of groups that there are stay where they are if they can. The others, largest first, take the window that holds
/// the fewest blocks in use, the lowest if there are several; whoever is in there has to move.
/// </remarks>
internal sealed class TablePlacement
{
    private readonly ExtGeometry _target;
    private readonly BlockSet _owned;
    private readonly int _known;
    private readonly GroupTables[] _tables;

    /// <summary>All tables where they are, those of new groups nowhere, and nothing but the fixed blocks reserved.</summary>
    internal TablePlacement(ExtVolume volume, ExtGeometry target, BlockSet owned)
    {
        (_target, _owned) = (target, owned);
        _known = Math.Min(target.GroupCount, volume.Groups.Count);
        Reserved = new BlockSet(target.BlockCount);
        _tables = new GroupTables[target.GroupCount];
        for (int group = 0; group < _known; group++)
        {
            GroupDescriptor descriptor = volume.Groups[group];
            _tables[group] = new GroupTables(descriptor.BlockBitmap, descriptor.InodeBitmap, descriptor.InodeTable);
        }

        for (int group = 0; group < target.GroupCount; group++)
            Reserved.Add(target.GroupStart(group), target.FixedBlocks(group) + target.SpareBlocks(group));
    }

    /// <summary>What may stay where it is, where no fixed block will be.</summary>
    private enum Staying
    {
        All,
        InodeTables,
        Nothing,
    }

    /// <summary>The tables of each group of the target.</summary>
    public IReadOnlyList<GroupTables> Tables => _tables;

    /// <summary>
    /// All blocks of the target that belong to the volume itself: copies of superblock and descriptors, bitmaps,
    /// tables; and the one that must stay free, if there is one.
    /// </summary>
    public BlockSet Reserved { get; }

    /// <summary>
    /// Places the tables of every group that <paramref name="target"/> has; null where there is no room for them.
    /// </summary>
    /// <remarks>
    /// Bitmaps that stay may cut a small volume into pieces that are too short for a table. Then they have to move too,
    /// and at last the tables.
    /// </remarks>
    public static TablePlacement? TryDecide(ExtVolume volume, ExtGeometry target, BlockSet owned) =>
        TryDecide(volume, target, owned, Staying.All)
        ?? TryDecide(volume, target, owned, Staying.InodeTables)
        ?? TryDecide(volume, target, owned, Staying.Nothing);

    private static TablePlacement? TryDecide(ExtVolume volume, ExtGeometry target, BlockSet owned, Staying staying)
    {
        var placement = new TablePlacement(volume, target, owned);
        if (!NewGroupTables.TryPlace(volume, target, placement))
            return null;
        var homeless = new List<(int Group, GroupPart Part)>();
        for (int group = 0; group < placement._known; group++)
        {
            foreach (GroupPart part in GroupTables.Parts)
            {
                bool mayStay = staying == Staying.All || staying == Staying.InodeTables && part == GroupPart.InodeTable;
                if (!mayStay || !placement.TryKeep(group, part))
                    homeless.Add((group, part));
            }
        }

        foreach (var (group, part) in homeless.OrderByDescending(table => placement.LengthOf(table.Part)))
        {
            long start = placement.FindWindow(group, placement.LengthOf(part));
            if (start < 0)
                return null;
            placement.Set(group, part, start);
        }

        return placement;
    }

    /// <summary>The inode tables that lie elsewhere than before.</summary>
    public IEnumerable<Relocation> MovedTables(ExtVolume volume)
    {
        for (int group = 0; group < _known; group++)
        {
            long from = volume.Groups[group].InodeTable;
            if (from != _tables[group].InodeTable)
                yield return new Relocation(from, _tables[group].InodeTable, _target.InodeTableBlocks);
        }
    }

    /// <summary>Blocks that a part of a group takes.</summary>
    public int LengthOf(GroupPart part) => part == GroupPart.InodeTable ? _target.InodeTableBlocks : 1;

    /// <summary>Blocks of a group that hold its own bitmaps and table.</summary>
    public long OwnBlocksIn(int group)
    {
        long blocks = 0;
        foreach (GroupPart part in GroupTables.Parts)
        {
            long start = _tables[group][part];
            long from = Math.Max(start, _target.GroupStart(group));
            long end = Math.Min(start + LengthOf(part), _target.GroupEnd(group));
            blocks += Math.Max(0, end - from);
        }

        return blocks;
    }

    /// <summary>Puts a part of a group somewhere, and reserves it.</summary>
    internal void Set(int group, GroupPart part, long start)
    {
        _tables[group] = _tables[group].With(part, start);
        Reserved.Add(start, LengthOf(part));
    }

    /// <summary>Reserves a part of a group where it is, if that is inside the target and no fixed block will be there.</summary>
    private bool TryKeep(int group, GroupPart part)
    {
        long start = _tables[group][part], end = start + LengthOf(part);
        // Tables do not overlap one another, and new ones lie behind the volume as it is.
        if (end > _target.BlockCount || Reserved.NextIn(start, end) < end)
            return false;
        Reserved.Add(start, end - start);
        return true;
    }

    /// <summary>The first block of the best window; negative where there is none.</summary>
    private long FindWindow(int group, int count)
    {
        long first = _target.FlexBg ? _target.FirstDataBlock : _target.GroupStart(group);
        long end = _target.FlexBg ? _target.BlockCount : _target.GroupEnd(group);
        long best = -1, fewest = long.MaxValue;
        foreach (var (start, length) in Reserved.Gaps(first, end))
        {
            if (length < count)
                continue;
            long inUse = _owned.CountIn(start, count);
            for (long at = start; ; at++)
            {
                if (inUse < fewest)
                    (best, fewest) = (at, inUse);
                if (fewest == 0)
                    return best;
                if (at + count >= start + length)
                    break;
                inUse += (_owned[at + count] ? 1 : 0) - (_owned[at] ? 1 : 0);
            }
        }

        return best;
    }
}
