using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Grow;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Shrink;

/// <summary>Where the bitmaps and the inode table of one group lie in the target.</summary>
internal readonly record struct GroupTables(long BlockBitmap, long InodeBitmap, long InodeTable);

/// <summary>Decides where the bitmaps and inode tables of the target's groups will lie.</summary>
/// <remarks>
/// Those of groups that there are stay where they are if they can. The others, largest first, take the window that holds the fewest blocks in use,
/// the lowest if there are several; whoever is in there has to move.
/// </remarks>
internal sealed class TablePlacement
{
    /// <summary>What a group has: its block bitmap (0), its inode bitmap (1) and its inode table (2).</summary>
    public const int Kinds = 3;

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
        {
            Reserved.Add(target.GroupStart(group), target.FixedBlocks(group) + target.SpareBlocks(group));
        }
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
        TryDecide(volume, target, owned, firstToStay: 0)
        ?? TryDecide(volume, target, owned, firstToStay: 2)
        ?? TryDecide(volume, target, owned, firstToStay: 3);

    /// <param name="volume">The volume as it is.</param>
    /// <param name="target">Its geometry afterwards.</param>
    /// <param name="owned">Blocks that inodes own.</param>
    /// <param name="firstToStay">
    /// What may stay where it is: from the block bitmap (0), the inode table (2), or nothing (3) on.
    /// </param>
    private static TablePlacement? TryDecide(ExtVolume volume, ExtGeometry target, BlockSet owned, int firstToStay)
    {
        var placement = new TablePlacement(volume, target, owned);
        var fixedBlocks = new BlockSet(target.BlockCount);
        for (int group = 0; group < target.GroupCount; group++)
            fixedBlocks.Add(target.GroupStart(group), target.FixedBlocks(group) + target.SpareBlocks(group));

        bool Stays(long start, int count) =>
            start + count <= target.BlockCount && fixedBlocks.NextIn(start, start + count) == start + count;

        if (!NewGroupTables.TryPlace(volume, target, placement))
            return null;
        var homeless = new List<(int Group, int Count, int Which)>();
        for (int group = 0; group < placement._known; group++)
        {
            for (int which = 0; which < Kinds; which++)
            {
                int count = placement.LengthOf(which);
                long start = placement.Get(group, which);
                if (which >= firstToStay && Stays(start, count))
                    placement.Reserved.Add(start, count);
                else
                    homeless.Add((group, count, which));
            }
        }

        foreach (var (group, count, which) in homeless.OrderByDescending(table => table.Count))
        {
            long start = placement.FindWindow(group, count);
            if (start < 0)
                return null;
            placement.Set(group, which, start);
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

    /// <summary>Blocks that a group's block bitmap (0), inode bitmap (1) or inode table (2) takes.</summary>
    public int LengthOf(int which) => which == Kinds - 1 ? _target.InodeTableBlocks : 1;

    /// <summary>Blocks of a group that hold its own bitmaps and table.</summary>
    public long OwnBlocksIn(int group)
    {
        long blocks = 0;
        for (int which = 0; which < Kinds; which++)
        {
            long start = Get(group, which);
            long from = Math.Max(start, _target.GroupStart(group));
            long end = Math.Min(start + LengthOf(which), _target.GroupEnd(group));
            blocks += Math.Max(0, end - from);
        }

        return blocks;
    }

    private long Get(int group, int which) => which switch
    {
        0 => _tables[group].BlockBitmap,
        1 => _tables[group].InodeBitmap,
        _ => _tables[group].InodeTable,
    };

    /// <summary>Puts a group's block bitmap (0), inode bitmap (1) or inode table (2) somewhere, and reserves it.</summary>
    internal void Set(int group, int which, long start)
    {
        _tables[group] = which switch
        {
            0 => _tables[group] with { BlockBitmap = start },
            1 => _tables[group] with { InodeBitmap = start },
            _ => _tables[group] with { InodeTable = start },
        };
        Reserved.Add(start, LengthOf(which));
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
