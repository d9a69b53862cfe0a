using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>A run of blocks that has to move, and whose it is.</summary>
/// <param name="Owner">The inode that owns it, of a shared attribute block the first one; null: it is nobody's.</param>
/// <param name="From">Its first block.</param>
/// <param name="Length">Number of blocks.</param>
internal readonly record struct Piece(InodeNumber? Owner, long From, long Length);

/// <summary>
/// All runs that have to move: what lies behind the target's end, or where one of its tables will be.
/// </summary>
internal sealed class MoveSet
{
    private readonly ExtVolume _volume;
    private readonly BlockSet _reserved;
    private readonly List<Piece> _pieces = [];
    private readonly HashSet<long> _xattrBlocks = [];

    private MoveSet(ExtVolume volume, BlockSet reserved) => (_volume, _reserved) = (volume, reserved);

    /// <summary>The runs, in the order of the inodes.</summary>
    public IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>Inodes of which some block moves.</summary>
    public HashSet<InodeNumber> Owners { get; } = [];

    /// <summary>Looks through the maps of all inodes.</summary>
    /// <param name="volume">An audited volume.</param>
    /// <param name="reserved">The target's own blocks; its length is the target's number of blocks.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static MoveSet Collect(ExtVolume volume, BlockSet reserved, CancellationToken cancellation)
    {
        var set = new MoveSet(volume, reserved);
        if (MultiMount.BlockOf(volume) is { } block)
            set.AddRun(owner: null, block, 1);
        volume.VisitInodes((number, inode) =>
        {
            cancellation.ThrowIfCancellationRequested();
            set.Add(number, inode);
        });
        return set;
    }

    /// <summary>The runs by their length, so that long runs are split last.</summary>
    /// <remarks>Equals stay in the order of their files: they become neighbours.</remarks>
    public IEnumerable<Piece> LongestFirst() => _pieces.OrderByDescending(piece => piece.Length);

    /// <summary>
    /// The runs of the files of which least moves first. What is left over, in the end single blocks, falls to few large files:
    /// one node holds hundreds of runs of one file, while many files that are split need a node each.
    /// </summary>
    public IEnumerable<Piece> SmallestFilesFirst() => _pieces
        .GroupBy(piece => piece.Owner)
        .OrderBy(file => file.Sum(piece => piece.Length))
        .SelectMany(file => file.OrderByDescending(piece => piece.Length));

    private void Add(InodeNumber number, Inode inode)
    {
        if (number == InodeNumber.Resize && _volume.Superblock.Compat.HasFlag(CompatFeatures.ResizeInode))
        {
            AddRun(number, ResizeInode.RootBlock(inode), 1);
            return;
        }

        if (inode.XattrBlock != 0 && _xattrBlocks.Add(inode.XattrBlock))
            AddRun(number, inode.XattrBlock, 1);
        if (!inode.HasBlockMap)
            return;
        BlockMap map = BlockMap.Read(_volume, number, inode);
        foreach (MapNode node in map.Nodes)
            AddRun(number, node.Block, 1);
        foreach (Extent extent in map.Extents)
            AddRun(number, extent.Physical, extent.Length);
    }

    private void AddRun(InodeNumber? owner, long start, long count)
    {
        long end = start + count;
        long inside = Math.Clamp(_reserved.Length, start, end);
        foreach (var (from, length) in _reserved.Runs(start, inside))
            AddPiece(owner, from, length);
        if (inside < end)
            AddPiece(owner, inside, end - inside);
    }

    private void AddPiece(InodeNumber? owner, long from, long length)
    {
        if (owner is { } inode)
            Owners.Add(inode);
        // What lies together stays together: the runs of a file that follow one another move as one.
        if (_pieces.Count > 0 && _pieces[^1] is var last && last.Owner == owner && last.From + last.Length == from)
            _pieces[^1] = last with { Length = last.Length + length };
        else
            _pieces.Add(new Piece(owner, from, length));
    }
}
