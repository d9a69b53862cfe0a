using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>
/// Checks the hash index of one directory: that it leads to every block once, and to each name by its hash.
/// </summary>
/// <remarks>
/// Names of a leaf have hashes from its own entry's up to the next entry's, which they may reach only where that entry's
/// lowest bit says that they go on. Spec: kernel documentation, filesystems/ext4, "Hash Tree Directories".
/// </remarks>
internal sealed class HashIndexAudit(ExtVolume volume, AuditReport report, InodeNumber directory, InodeFlags flags)
{
    /// <summary>Above every hash: the end of the last leaf.</summary>
    private const long NoLimit = 1L << 32;

    /// <summary>The bit of unused_flags at which drivers give up; they pass over the others.</summary>
    private const int UnknownIndex = 1;

    private readonly List<Part> _parts = [];
    private readonly bool _keyed = DirectoryHash.IsKeyed(flags);
    private DirectoryHash? _hash;
    private byte _levels;
    private HashSet<uint> _reached = [];

    /// <summary>What is remembered of a block.</summary>
    /// <param name="IsNode">Whether it is part of the index.</param>
    /// <param name="Lowest">The lowest hash of a leaf's names; above <paramref name="Highest"/> without names.</param>
    /// <param name="Highest">The highest one.</param>
    /// <param name="Entries">The entries of an index block.</param>
    private readonly record struct Part(bool IsNode, uint Lowest, uint Highest, (uint Hash, uint Block)[] Entries);

    /// <summary>Takes a block in; they come in the order of the directory, the root first.</summary>
    public void Add(DirectoryBlock block)
    {
        if (block.Kind == DirectoryBlockKind.IndexRoot)
            ReadRoot(new IndexEntries(block));
        _parts.Add(block.Kind == DirectoryBlockKind.Leaf ? LeafOf(block) : NodeOf(new IndexEntries(block)));
    }

    /// <summary>Follows the index from its root, when all blocks are known.</summary>
    public void Run()
    {
        _reached = [0];
        Follow(0, _levels, 0, NoLimit);
        for (int block = 0; block < _parts.Count; block++)
        {
            if (!_reached.Contains((uint)block))
                report.Add(Wrong(block, "its place in the hash index", "none", "one entry that leads to it"));
        }
    }

    private void ReadRoot(IndexEntries root)
    {
        // Casefolded names are hashed by what they are folded to; with encryption on top, by a key.
        bool folded = flags.HasFlag(InodeFlags.CaseFolded);
        if (_keyed ? root.HashVersion != DirectoryHash.SipHash : root.HashVersion > DirectoryHash.Tea)
            report.Add(Wrong(0, "hash_version", $"{root.HashVersion}",
                _keyed ? $"{DirectoryHash.SipHash}" : $"0 to {DirectoryHash.Tea}"));
        else if (!folded)
            _hash = DirectoryHash.For(volume.Superblock, root.HashVersion);
        report.Compare(Name(0), "info_length", root.InfoLength, IndexEntries.ExpectedInfoLength);
        report.Compare(Name(0), "reserved_zero", root.Reserved, 0);
        report.Compare(Name(0), "unused_flags", root.UnusedFlags & UnknownIndex, 0);
        int most = IndexEntries.MostLevels(volume.Superblock);
        if (root.Levels > most)
            report.Add(Wrong(0, "indirect_levels", $"{root.Levels}", $"at most {most}"));
        _levels = root.Levels;
    }

    private Part LeafOf(DirectoryBlock block)
    {
        uint lowest = uint.MaxValue, highest = 0;
        foreach (DirEntry entry in block)
        {
            uint? known = entry.Inode == 0 ? null : _keyed ? entry.StoredHash : _hash?.Of(entry.Name);
            if (known is not { } hash)
                continue;
            (lowest, highest) = (Math.Min(lowest, hash), Math.Max(highest, hash));
        }

        return new Part(IsNode: false, lowest, highest, []);
    }

    private static Part NodeOf(IndexEntries entries)
    {
        var list = new (uint, uint)[entries.Count];
        for (int i = 0; i < list.Length; i++)
            list[i] = (entries.Hash(i), entries.Block(i));
        return new Part(IsNode: true, 0, 0, list);
    }

    /// <summary>Goes through the entries of an index block that is responsible for some hashes.</summary>
    /// <param name="block">The index block.</param>
    /// <param name="levels">Levels of index blocks below it.</param>
    /// <param name="from">The hash from which on names are below it, with its lowest bit.</param>
    /// <param name="limit">The hash at which the next index block takes over, with its lowest bit.</param>
    private void Follow(uint block, int levels, long from, long limit)
    {
        (uint Hash, uint Block)[] entries = _parts[(int)block].Entries;
        for (int i = 0; i < entries.Length; i++)
        {
            long start = i == 0 ? from : entries[i].Hash;
            long end = i + 1 < entries.Length ? entries[i + 1].Hash : limit;
            if ((end & ~1) < (start & ~1) || (end & ~1) > (limit & ~1))
            {
                report.Add(Wrong((int)block, $"hash of index entry {i + 1}", $"0x{end:X8}",
                    $"0x{start:X8} to 0x{limit:X8}"));
                return;
            }

            CheckChild(block, i, levels, start, end);
        }
    }

    private void CheckChild(uint parent, int index, int levels, long from, long limit)
    {
        uint child = _parts[(int)parent].Entries[index].Block;
        if (child >= _parts.Count || !_reached.Add(child))
            report.Add(Wrong((int)parent, $"block of index entry {index}", $"{child}",
                $"a block of the {_parts.Count} to which no other entry leads"));
        else if (_parts[(int)child].IsNode != levels > 0)
            report.Add(Wrong((int)child, "kind", _parts[(int)child].IsNode ? "index" : "entries",
                levels > 0 ? "index" : "entries"));
        else if (levels > 0)
            Follow(child, levels - 1, from, limit);
        else
            CheckLeaf((int)child, _parts[(int)child], from, limit);
    }

    private void CheckLeaf(int block, Part leaf, long from, long limit)
    {
        long last = (limit & 1) != 0 ? limit & ~1 : limit - 1;
        if (leaf.Lowest <= leaf.Highest && (leaf.Lowest < (from & ~1) || leaf.Highest > last))
            report.Add(Wrong(block, "hashes of its names", $"0x{leaf.Lowest:X8} to 0x{leaf.Highest:X8}",
                $"0x{from & ~1:X8} to 0x{last:X8}"));
    }

    private string Name(int block) => $"directory {directory}, block {block}";

    private Finding Wrong(int block, string place, string found, string expected) =>
        new(Name(block), place, found, expected);
}
