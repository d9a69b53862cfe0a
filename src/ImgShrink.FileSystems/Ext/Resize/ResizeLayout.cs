using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>Where everything of a volume lies in another size; nothing is changed yet.</summary>
internal sealed class ResizeLayout
{
    private readonly Dictionary<uint, long[]> _addedNodes = [];

    private readonly HashSet<InodeNumber> _owners;

    /// <summary>A layout in which everything has its place already, but for nodes that trees may need.</summary>
    internal ResizeLayout(
        ExtGeometry target, TablePlacement tables, InodeMap inodes, RelocationMap relocations,
            HashSet<InodeNumber> owners)
    {
        (Target, Tables, Inodes, Relocations) = (target, tables, inodes, relocations);
        _owners = owners;
    }

    /// <summary>The geometry in that size.</summary>
    public ExtGeometry Target { get; }

    /// <summary>Where the bitmaps and inode tables lie.</summary>
    public TablePlacement Tables { get; }

    /// <summary>The numbers of the inodes.</summary>
    public InodeMap Inodes { get; }

    /// <summary>Where blocks go: those of inodes, and the inode tables.</summary>
    public RelocationMap Relocations { get; }

    /// <summary>Blocks that extent trees need beyond those they had, because runs were split.</summary>
    public long AddedNodes { get; private set; }

    /// <summary>Blocks by which the layout misses the room it needs; 0 when it is feasible.</summary>
    public long Shortage { get; private set; }

    /// <summary>Lays a volume out in another size.</summary>
    /// <returns>Null where not even the inode tables fit: their blocks must be in a row.</returns>
    public static ResizeLayout? TryPlan(ExtVolume volume, VolumeUse use, ExtGeometry target,
        CancellationToken cancellation)
    {
        BlockSet owned = use.Owned.UpTo(target.BlockCount);
        if (TablePlacement.TryDecide(volume, target, owned) is not { } tables)
            return null;
        MoveSet moves = MoveSet.Collect(volume, tables.Reserved, cancellation);
        var inodes = new InodeMap(target, use.Inodes);

        ResizeLayout Place(IEnumerable<Piece> pieces)
        {
            FreeRuns free = FindFree(target, tables.Reserved, owned);
            var (placed, missing) = PlaceAll(pieces, free);
            var layout = new ResizeLayout(
                target, tables, inodes, new RelocationMap(placed.Concat(tables.MovedTables(volume))), moves.Owners) { Shortage = missing };
            if (missing == 0)
                layout.GrowTrees(volume, free);
            return layout;
        }

        ResizeLayout layout = Place(moves.LongestFirst());
        if (layout.Shortage == 0 || layout.AddedNodes == 0)
            return layout;
        ResizeLayout other = Place(moves.SmallestFilesFirst());
        return other.Shortage < layout.Shortage ? other : layout;
    }

    /// <summary>Whether an inode, or a block that it owns, is elsewhere afterwards.</summary>
    public bool Touches(InodeNumber number) => Inodes[number] != number || _owners.Contains(number);

    /// <summary>
    /// The blocks for the nodes of a tree that is built anew: those it had, at their new places, and added ones.
    /// </summary>
    public IReadOnlyList<long> NodeBlocks(InodeNumber number, BlockMap map) =>
        [.. map.Nodes.Select(node => Relocations.Target(node.Block)),
            .. _addedNodes.GetValueOrDefault(number.Value, [])];

    private static FreeRuns FindFree(ExtGeometry target, BlockSet reserved, BlockSet owned)
    {
        IEnumerable<(long, long)> Runs()
        {
            foreach (var (start, count) in reserved.Gaps(target.FirstDataBlock, target.BlockCount))
            {
                foreach (var gap in owned.Gaps(start, start + count))
                    yield return gap;
            }
        }

        return new FreeRuns(Runs());
    }

    private static (List<Relocation> Placed, long Missing) PlaceAll(IEnumerable<Piece> pieces, FreeRuns free)
    {
        var placed = new List<Relocation>();
        long missing = 0;
        foreach (Piece piece in pieces)
        {
            long done = 0;
            while (done < piece.Length && free.Take(piece.Length - done) is (long start, long length and > 0))
            {
                placed.Add(new Relocation(piece.From + done, start, length));
                done += length;
            }

            missing += piece.Length - done;
        }

        return (placed, missing);
    }

    /// <summary>Takes the blocks for trees that need more nodes than they had out of what is still free.</summary>
    internal void GrowTrees(ExtVolume volume, FreeRuns free)
    {
        foreach (InodeNumber owner in _owners.Order())
        {
            var inode = new Inode(volume.ReadInode(owner));
            if (!inode.HasExtents || !inode.HasBlockMap)
                continue;
            BlockMap map = BlockMap.Read(volume, owner, inode);
            TreeShape shape = TreeShape.Of(map.Extents, Relocations);
            int added = shape.IsUnchanged ? 0 : ExtentTree.NodesFor(shape.Leaves.Count, Target.BlockSize) - map.Nodes.Count;
            if (added <= 0)
                continue;
            AddedNodes += added;
            var blocks = new long[added];
            for (int i = 0; i < added; i++)
            {
                var (start, length) = free.Take(1);
                Shortage += 1 - length;
                blocks[i] = start;
            }

            _addedNodes.Add(owner.Value, blocks);
        }
    }
}
