using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>
/// Keeps the hash index of a directory (htree) in order while names are added, or turns the index off.
/// </summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Hash Tree Directories".</remarks>
internal sealed class IndexEditor(DirectoryBlocks blocks)
{

    private readonly ExtVolume _volume = blocks.Volume;

    /// <summary>Where the index says that a name belongs.</summary>
    /// <param name="Node">The index block that leads to the leaf.</param>
    /// <param name="Slot">The entry in it.</param>
    /// <param name="Leaf">The block of entries.</param>
    private readonly record struct Way(int Node, int Slot, int Leaf);

    /// <summary>Finds the block in which a new name has to be, and splits it when it is full.</summary>
    /// <returns>Null when the index has no room for one more block: see <see cref="Dissolve"/>.</returns>
    /// <exception cref="CorruptImageException">The index leads nowhere.</exception>
    /// <exception cref="NotEnoughSpaceException">A split needs a block, and none is free.</exception>
    public int? FindRoom(OpenDirectory directory, byte[] name)
    {
        DirectoryHash hash = HashOf(directory);
        while (true)
        {
            Way way = Descend(directory, hash.Of(name));
            if (DirectoryLeaf.HasRoom(directory.View(_volume, way.Leaf), DirEntry.SizeFor(name.Length)))
                return way.Leaf;
            if (!TrySplit(directory, hash, way))
                return null;
        }
    }

    /// <summary>Turns the directory into one without an index: its index blocks become blocks without names.</summary>
    /// <remarks>
    /// Every driver reads it so. Nothing is lost but speed, which e2fsck -D or the next rebuild brings back.
    /// </remarks>
    public void Dissolve(OpenDirectory directory)
    {
        List<int> nodes = [];
        for (int logical = 1; logical < directory.Blocks.Count; logical++)
        {
            if (directory.View(_volume, logical).Kind == DirectoryBlockKind.IndexNode)
                nodes.Add(logical);
        }

        List<byte[]> dots = DirectoryLeaf.Records(directory.View(_volume, 0));
        byte[] bytes = _volume.ReadInode(directory.Number);
        var inode = new Inode(bytes);
        inode.Flags &= ~InodeFlags.Indexed;
        _volume.WriteInode(directory.Number, inode);
        directory.Indexed = false;
        blocks.StoreLeaf(directory, 0, dots);
        foreach (int logical in nodes)
            blocks.StoreLeaf(directory, logical, []);
        directory.RoomHint = 0;
    }

    private DirectoryHash HashOf(OpenDirectory directory)
    {
        var root = new IndexEntries(directory.View(_volume, 0));
        if (root.HashVersion > DirectoryHash.Tea)
            throw new UnsupportedImageException(
                $"Directory {directory.Number} is indexed by a hash that is not supported (hash_version {root.HashVersion}).");
        int mostLevels = IndexEntries.MostLevels(_volume.Superblock);
        if (root.InfoLength != IndexEntries.ExpectedInfoLength || root.Levels > mostLevels)
            throw Damaged(directory, 0, "info_length and indirect_levels", $"{root.InfoLength} and {root.Levels}",
                $"{IndexEntries.ExpectedInfoLength} and at most {mostLevels}");
        return DirectoryHash.For(_volume.Superblock, root.HashVersion);
    }

    private Way Descend(OpenDirectory directory, uint hash)
    {
        int node = 0;
        int levels = new IndexEntries(directory.View(_volume, 0)).Levels;
        for (int level = 0; ; level++)
        {
            var entries = new IndexEntries(directory.View(_volume, node));
            int slot = entries.Find(hash);
            int next = (int)entries.Block(slot);
            if (next == 0 || next >= directory.Blocks.Count)
                throw Damaged(directory, node, $"block of index entry {slot}", $"{next}",
                    $"1 to {directory.Blocks.Count - 1}");
            DirectoryBlockKind expected = level == levels ? DirectoryBlockKind.Leaf : DirectoryBlockKind.IndexNode;
            DirectoryBlockKind found = directory.View(_volume, next).Kind;
            if (found != expected)
                throw Damaged(directory, next, "kind", $"{found}", $"{expected}");
            if (level == levels)
                return new Way(node, slot, next);
            node = next;
        }
    }

    /// <summary>Moves the upper half of a leaf to a new one, and adds that one to the index.</summary>
    private bool TrySplit(OpenDirectory directory, DirectoryHash hash, Way way)
    {
        List<(uint Hash, byte[] Record)> records =
        [
            .. DirectoryLeaf.Records(directory.View(_volume, way.Leaf))
                .Select(record => (hash.Of(DirectoryLeaf.NameOf(record)), record))
                .OrderBy(record => record.Item1),
        ];
        if (new IndexEntries(directory.View(_volume, way.Node)).IsFull || records.Count < 2)
            return false;
        int middle = Middle(records);
        // Where equal hashes are torn apart, the lowest bit tells a search to look into the next block, too.
        bool continues = records[middle].Hash == records[middle - 1].Hash;
        int added = blocks.Append(directory);
        blocks.StoreLeaf(directory, added, records[middle..].Select(record => record.Record));
        blocks.StoreLeaf(directory, way.Leaf, records[..middle].Select(record => record.Record));
        DirectoryBlock node = directory.View(_volume, way.Node);
        new IndexEntries(node).Insert(way.Slot + 1, records[middle].Hash | (continues ? 1u : 0), (uint)added);
        blocks.Store(directory, way.Node, node);
        return true;
    }

    /// <summary>The first record of the upper half, by bytes; both halves get at least one.</summary>
    private static int Middle(List<(uint Hash, byte[] Record)> records)
    {
        int half = records.Sum(record => record.Record.Length) / 2;
        int middle = 1;
        for (int bytes = records[0].Record.Length; middle < records.Count - 1 && bytes < half; middle++)
            bytes += records[middle].Record.Length;
        return middle;
    }

    private static CorruptImageException Damaged(
        OpenDirectory directory, int logical, string place, string found, string expected) =>
        ExtDamage.In($"directory {directory.Number}, block {logical}", place, found, expected);
}
