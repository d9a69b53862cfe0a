using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.HostileTests.Damage;

namespace ImgShrink.HostileTests.Maps;

/// <summary>Finds the structures of an ext volume, by the volume's own account of them.</summary>
internal sealed class ExtMap
{
    // Of all inodes in use so many: one of every kind is among the first.
    private const int MostInodes = 40;
    private const int EntriesOfADirectory = 6;

    private readonly IBlockSource _image;
    private readonly ExtVolume _volume;
    private readonly List<Place> _places = [];
    private readonly HashSet<long> _seen = [];

    private ExtMap(IBlockSource image)
    {
        _image = image;
        _volume = ExtVolume.OpenStored(image);
        _volume.LoadGroups();
    }

    private int BlockSize => _volume.Geometry.BlockSize;

    public static ImageMap Of(IBlockSource image)
    {
        var map = new ExtMap(image);
        map.AddSuperblock();
        foreach (int group in new[] { 0, 1, map._volume.Geometry.GroupCount - 1 }.Distinct().Where(group => group < map._volume.Geometry.GroupCount))
            map.AddGroup(group);
        map.AddInodes();
        if (map._volume.JournalInode is { } journal)
            map._places.AddRange(JournalMap.Of(image, [.. map.BlocksOf(journal)], map.BlockSize));
        return new ImageMap(map._places, map.BlockSize);
    }

    private void AddSuperblock() => _places.Add(new Place("superblock", Superblock.Offset, Superblock.Size, ExtStructures.Superblock,
        _volume.Checksums.Metadata ? ExtSeals.Superblock : null));

    private void AddGroup(int group)
    {
        int size = _volume.Geometry.DescriptorSize;
        int block = group * size / BlockSize;
        long at = _volume.Geometry.DescriptorCopies(block).First() * BlockSize + group * size % BlockSize;
        Seal? descriptor = _volume.Checksums.Groups ? image => ExtSeals.Group(image, _volume.Checksums, group, at, size) : null;
        _places.Add(new Place($"descriptor of group {group}", at, size,
            size >= 64 ? [.. ExtStructures.GroupDescriptor, .. ExtStructures.GroupDescriptorHigh] : ExtStructures.GroupDescriptor, descriptor));

        Seal? BitmapSeal(long bitmap, bool ofBlocks) => !_volume.Checksums.Metadata ? null : image =>
            ExtSeals.Bitmap(image, _volume, bitmap * BlockSize, group, at, ofBlocks);
        AddBlock($"block bitmap of group {group}", _volume.Groups[group].BlockBitmap, ExtStructures.Words(BlockSize), BitmapSeal(_volume.Groups[group].BlockBitmap, true));
        AddBlock($"inode bitmap of group {group}", _volume.Groups[group].InodeBitmap, ExtStructures.Words(BlockSize), BitmapSeal(_volume.Groups[group].InodeBitmap, false));
    }

    private void AddInodes()
    {
        var numbers = new List<InodeNumber>();
        _volume.VisitInodes((number, _) => numbers.Add(number));
        foreach (InodeNumber number in numbers.Take(MostInodes))
            AddInode(number);
    }

    private void AddInode(InodeNumber number)
    {
        byte[] bytes = _volume.ReadInode(number);
        var inode = new Inode(bytes);
        long at = _volume.InodeAddress(number);
        uint seed = _volume.Checksums.InodeSeed(number, inode.Generation);
        Seal? seal = _volume.Checksums.Metadata ? image => ExtSeals.Inode(image, _volume.Checksums, number, at, bytes.Length) : null;
        Field[] tree = !inode.HasBlockMap ? [] : !inode.HasExtents ? ExtStructures.BlockPointers
            : [.. Node(new ExtentNode(inode.Block)).Select(field => field with { At = field.At + 0x28 })];
        Field[] extra = bytes.Length > Inode.CoreSize ? ExtStructures.InodeExtra : [];
        Field[] attributes = inode.XattrArea.Length > 32 && Le.U32(inode.XattrArea, 0) == FileSystems.Ext.OnDisk.XattrBlock.ExpectedMagic
            ? [.. ExtStructures.XattrBody.Select(field => field with { At = field.At + Inode.CoreSize + new Inode(bytes).ExtraSize })] : [];
        _places.Add(new Place(number.ToString(), at, bytes.Length, [.. ExtStructures.Inode, .. tree, .. extra, .. attributes], seal));

        if (inode.XattrBlock != 0)
            AddBlock($"attribute block {inode.XattrBlock}", inode.XattrBlock, ExtStructures.XattrBlock, _volume.Checksums.Metadata
                ? image => ExtSeals.XattrBlock(image, _volume.Checksums, new Inode(bytes).XattrBlock, BlockSize) : null);
        if (!inode.HasBlockMap)
            return;
        foreach (MapNode node in BlockMap.Read(_volume, number, inode).Nodes)
            AddMapNode(number, node, inode.HasExtents, seed);
        bool isOrphanFile = _volume.Superblock.Compat.HasFlag(CompatFeatures.OrphanFile) && number.Value == _volume.Superblock.OrphanFileInode;
        if (inode.IsDirectory)
            AddDirectory(number, inode.Flags.HasFlag(InodeFlags.Indexed), seed);
        else if (isOrphanFile || _volume.IsNameless(number))
            foreach (long block in BlocksOf(number).Take(4))
                AddBlock($"block {block} of {number}", block, ExtStructures.Words(BlockSize),
                    isOrphanFile && _volume.Checksums.Metadata ? image => ExtSeals.OrphanBlock(image, seed, block, BlockSize) : null);
    }

    private void AddMapNode(InodeNumber owner, MapNode node, bool isExtent, uint seed)
    {
        if (isExtent)
            AddBlock($"extent node {node.Block} of {owner}", node.Block, [.. Node(new ExtentNode(_volume.ReadBlock(node.Block)))],
                _volume.Checksums.Metadata ? image => ExtSeals.ExtentNode(image, seed, node.Block * BlockSize, BlockSize) : null);
        else
            AddBlock($"block of pointers {node.Block} of {owner}", node.Block, ExtStructures.Words(BlockSize), null);
    }

    private static List<Field> Node(ExtentNode node)
    {
        Field[] entry = node.Depth == 0 ? ExtStructures.Extent : ExtStructures.ExtentIndex;
        var fields = new List<Field>(ExtStructures.ExtentHeader);
        foreach (int i in new[] { 0, 1, node.Entries - 1 }.Distinct().Where(Has(node.Entries)))
            fields.AddRange(entry.Select(field => field with
            {
                At = field.At + ExtentNode.HeaderSize + i * ExtentNode.EntrySize, Name = $"{field.Name} of entry {i}",
            }));
        return fields;

        static Func<int, bool> Has(int count) => i => i >= 0 && i < count;
    }

    private void AddDirectory(InodeNumber number, bool isIndexed, uint seed)
    {
        int logical = 0;
        foreach (long block in BlocksOf(number))
        {
            byte[] bytes = _volume.ReadBlock(block);
            DirectoryBlock opened = DirectoryBlock.Open(bytes, number, (uint)logical, isIndexed, _volume.Checksums.Metadata);
            int index = logical;
            Seal? seal = _volume.Checksums.Metadata ? image => ExtSeals.Directory(image, seed, number, block * BlockSize, BlockSize, index, isIndexed) : null;
            bool isLeaf = opened.Kind == DirectoryBlockKind.Leaf;
            AddBlock($"block {logical} of directory {number}", block, isLeaf ? ExtStructures.Words(BlockSize) : ExtStructures.IndexRoot, seal);
            if (isLeaf && logical < 3)
                AddEntries(opened, number, block, seal);
            logical++;
        }
    }

    private void AddEntries(DirectoryBlock leaf, InodeNumber directory, long block, Seal? seal)
    {
        long at = block * BlockSize;
        int count = 0;
        foreach (DirEntry entry in leaf)
        {
            if (count++ == EntriesOfADirectory)
                break;
            _places.Add(new Place($"entry {count} of directory {directory}", at, entry.RecordLength, ExtStructures.DirEntry, seal));
            at += entry.RecordLength;
        }
    }

    private void AddBlock(string name, long block, IReadOnlyList<Field> fields, Seal? seal)
    {
        if (_seen.Add(block))
            _places.Add(new Place(name, block * BlockSize, BlockSize, fields, seal));
    }

    private IEnumerable<long> BlocksOf(InodeNumber number) =>
        BlockMap.Read(_volume, number, new Inode(_volume.ReadInode(number))).Extents
            .SelectMany(extent => Enumerable.Range(0, extent.Length).Select(i => extent.Physical + i));
}
