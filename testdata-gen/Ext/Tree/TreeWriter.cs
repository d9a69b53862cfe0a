using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.SampleCards.Cards;

namespace ImgShrink.SampleCards.Ext.Tree;

/// <summary>
/// Puts a tree into a new volume the way years of use would: in mixed order, with deletions in between.
/// </summary>
/// <remarks>Content goes straight to the store, so memory holds names and extents, never the files.</remarks>
internal sealed class TreeWriter
{
    private const int ChunkBytes = 1 << 20;
    private const int FastLinkLimit = 60;
    private const int FilesBetweenDeletions = 40;

    // Of the files that will be deleted this share goes each time: some holes are filled again, most are there at the end.
    private const int DeletedShare = 128;

    private readonly ExtDraft _draft;
    private readonly BlockPlacer _placer;
    private readonly NodeInode _inodes;
    private readonly List<(TreeNode Node, TreeNode Parent)> _directories = [];
    private readonly List<(TreeNode Node, Spot Spot)> _others = [];
    private readonly HashSet<TreeNode> _seen = [];
    private SampleRandom _random;
    private int _spread;

    private TreeWriter(ExtDraft draft, ulong seed)
    {
        _draft = draft;
        _placer = new BlockPlacer(draft);
        _inodes = new NodeInode(draft, _placer);
        _random = new SampleRandom(seed);
    }

    /// <summary>Writes the tree.</summary>
    /// <param name="draft">The volume, with its own structures in place and nothing in the root yet.</param>
    /// <param name="root">The root directory; /lost+found is added to it.</param>
    /// <param name="rootBlock">The block that was kept for the root directory.</param>
    /// <param name="seed">Decides the order in which files come and go.</param>
    public static void Write(ExtDraft draft, TreeNode root, long rootBlock, ulong seed)
    {
        var writer = new TreeWriter(draft, seed);
        root.Number = InodeNumber.Root;
        root.Extents.Add(new Extent(0, rootBlock, 1, Unwritten: false));
        writer.NumberDirectories(root, root, new Spot(0, draft.Geometry.FirstDataBlock), depth: 0);
        writer.WriteFiles();
        writer.WriteDirectories(root);
    }

    /// <summary>
    /// Gives directories their inodes: near the root they are spread over the volume, deeper ones stay with their
    /// parent.
    /// </summary>
    private void NumberDirectories(TreeNode directory, TreeNode parent, Spot spot, int depth)
    {
        ExtGeometry geometry = _draft.Geometry;
        if (directory.Place is { } place)
        {
            long goal = (long)(geometry.BlockCount * place);
            spot = new Spot(geometry.GroupOf(goal), goal);
        }
        else if (depth is 1 or 2)
        {
            int group = _spread++ * 5 % Math.Max(1, geometry.GroupCount * 2 / 3);
            spot = new Spot(group, geometry.GroupStart(group));
        }

        if (depth > 0)
            TakeInode(directory, spot);
        _draft.CountDirectory(directory.Number);
        _directories.Add((directory, parent));
        directory.Links += depth == 0 ? 3
            : 2; // The name or the root's own "..", and "."; in the root lost+found's "..".
        foreach (var (_, child) in directory.Children)
        {
            if (child.Kind == FileKind.Directory)
            {
                directory.Links++;
                NumberDirectories(child, directory, spot, depth + 1);
                continue;
            }

            child.Links++;
            if (_seen.Add(child))
                _others.Add((child, spot));
        }
    }

    private void WriteFiles()
    {
        _random.Shuffle(_others);
        var deletedLater = new List<TreeNode>();
        for (int i = 0; i < _others.Count; i++)
        {
            var (node, spot) = _others[i];
            WriteFile(node, spot);
            if (node.Deleted)
                deletedLater.Add(node);
            if (i % FilesBetweenDeletions == FilesBetweenDeletions - 1)
                DeleteSome(deletedLater, keep: deletedLater.Count - deletedLater.Count / DeletedShare);
        }

        DeleteSome(deletedLater, keep: 0);
    }

    private void WriteFile(TreeNode node, Spot spot)
    {
        TakeInode(node, spot);
        long size = node.Content?.Length ?? 0;
        if (node.Target is not null)
        {
            byte[] target = Encoding.UTF8.GetBytes(node.Target);
            size = target.Length;
            if (size >= FastLinkLimit)
                WriteRange(node, new LiteralContent(target), new ByteRange(0, size), spot.Goal);
        }

        foreach (ByteRange range in node.Content?.Stored ?? [])
            WriteRange(node, node.Content!, range, spot.Goal);
        _inodes.Write(node, size);
    }

    private void TakeInode(TreeNode node, Spot spot)
    {
        node.Number = _draft.TakeInode(spot.Group);
        node.Generation = unchecked((uint)_random.Next());
    }

    private void WriteRange(TreeNode node, FileContent content, ByteRange range, long goal)
    {
        int blockSize = _draft.Geometry.BlockSize;
        int first = node.Extents.Count;
        _placer.Place(node.Extents, (uint)(range.Start / blockSize), (int)((range.Length + blockSize - 1) / blockSize),
            goal, scatter: _random.OneIn(6));
        foreach (Extent extent in node.Extents.Skip(first))
        {
            for (int block = 0; block < extent.Length; block += ChunkBytes / blockSize)
            {
                int blocks = Math.Min(ChunkBytes / blockSize, extent.Length - block);
                WriteChunk(content, extent.Logical + block, extent.Physical + block, blocks, range.End);
            }
        }
    }

    private void WriteChunk(FileContent content, long logical, long physical, int blocks, long end)
    {
        // Content is made in pages; a page may begin before a small block does.
        int blockSize = _draft.Geometry.BlockSize;
        long at = logical * blockSize;
        int lead = (int)(at % FileContent.PageSize);
        var bytes = new byte[lead + blocks * blockSize];
        content.Read(at - lead, bytes.AsSpan(0, (int)Math.Min(bytes.Length, end - at + lead)));
        _draft.WriteBlock(physical, bytes.AsSpan(lead));
    }

    private void DeleteSome(List<TreeNode> nodes, int keep)
    {
        while (nodes.Count > keep)
        {
            int chosen = _random.Below(nodes.Count);
            _placer.Free(nodes[chosen]);
            _draft.UsedInodes.Remove(nodes[chosen].Number.Value - 1);
            nodes.RemoveAt(chosen);
        }
    }

    private void WriteDirectories(TreeNode root)
    {
        foreach (var (directory, parent) in _directories)
        {
            List<NewEntry> entries =
            [
                .. directory.Children.Where(child => !child.Node.Deleted).Select(
                    child => new NewEntry(child.Name, child.Node.Number, child.Node.Kind)),
            ];
            if (directory == root)
                entries.Insert(0, new NewEntry(LostAndFound.Name, LostAndFound.Number, FileKind.Directory));
            List<byte[]> blocks = DirectoryBlocks.Make(
                _draft, directory.Number, directory.Generation, parent.Number, entries);
            int missing = blocks.Count - directory.Extents.Sum(extent => extent.Length);
            long goal = _draft.Geometry.GroupStart(_draft.Geometry.SlotOf(directory.Number).Group);
            _placer.Place(directory.Extents, (uint)(blocks.Count - missing), missing, goal, scatter: true);
            foreach (Extent extent in directory.Extents)
            {
                for (int i = 0; i < extent.Length; i++)
                    _draft.WriteBlock(extent.Physical + i, blocks[(int)extent.Logical + i]);
            }

            _inodes.Write(directory, (long)blocks.Count * _draft.Geometry.BlockSize,
                DirectoryBlocks.IsIndexed(_draft, entries));
        }
    }

    /// <summary>Where a directory's files go.</summary>
    /// <param name="Group">Block group of their inodes.</param>
    /// <param name="Goal">Block from which on room for content is looked for.</param>
    private readonly record struct Spot(int Group, long Goal);
}
