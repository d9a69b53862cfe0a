using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>What a block of a directory is.</summary>
internal enum DirectoryBlockKind
{
    /// <summary>Holds entries.</summary>
    Leaf,

    /// <summary>The root of the hash index, with "." and ".." in front.</summary>
    IndexRoot,

    /// <summary>An inner node of the hash index.</summary>
    IndexNode,
}

/// <summary>One block of a directory, viewed in place: entries, or part of the hash index.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Directory Entries" and "Hash Tree Directories".</remarks>
internal readonly ref struct DirectoryBlock
{
    /// <summary>Byte of limit and count in the root (dx_root) and in inner nodes (dx_node).</summary>
    public const int RootCountOffset = 0x20;
    public const int NodeCountOffset = 0x8;

    // No directory has as many blocks.
    private const uint NoBlock = uint.MaxValue;

    private readonly Span<byte> _b;

    private DirectoryBlock(Span<byte> bytes, DirectoryBlockKind kind, int end)
    {
        _b = bytes;
        Kind = kind;
        EntriesEnd = end;
    }

    public DirectoryBlockKind Kind { get; }

    /// <summary>The byte at which the chain of records ends: the block's end, or its checksum tail.</summary>
    public int EntriesEnd { get; }

    /// <summary>Byte of the index's limit (16 bits) and count (16 bits); not for leaves.</summary>
    public int CountOffset => Kind == DirectoryBlockKind.IndexRoot ? RootCountOffset : NodeCountOffset;

    /// <summary>Slots that an index block has.</summary>
    public int Limit => Le.U16(_b, CountOffset);

    /// <summary>Slots of an index block that are in use.</summary>
    public int Count => Le.U16(_b, CountOffset + 2);

    /// <summary>All bytes of the block.</summary>
    public Span<byte> Bytes => _b;

    /// <summary>Tells what a block is and checks its chain of records.</summary>
    /// <param name="bytes">The whole block.</param>
    /// <param name="directory">The directory it belongs to, for messages.</param>
    /// <param name="logical">Its number in the directory.</param>
    /// <param name="indexed">Whether the directory has a hash index.</param>
    /// <param name="checksums">Whether leaves end with a checksum.</param>
    /// <exception cref="CorruptImageException">
    /// The chain leaves the block, or the block is none of the three kinds.
    /// </exception>
    public static DirectoryBlock Open(Span<byte> bytes, InodeNumber directory, uint logical, bool indexed,
        bool checksums)
    {
        var first = new DirEntry(bytes);
        // A leaf whose names are all gone begins the same way, but has no limit at the place of an index node's.
        bool mayBeNode = indexed && logical > 0 && first.Inode == 0 && first.RecordLength == bytes.Length;
        if (mayBeNode && Le.U16(bytes, NodeCountOffset) == (bytes.Length - NodeCountOffset) / 8 - (checksums ? 1 : 0))
            return WithIndex(bytes, DirectoryBlockKind.IndexNode, directory, logical, checksums);

        bool isRoot = indexed && logical == 0;
        int tail = checksums && !isRoot ? bytes.Length - DirEntry.TailSize : bytes.Length;
        for (int at = 0; at < tail;)
        {
            int length = tail - at < DirEntry.HeaderSize ? 0 : new DirEntry(bytes[at..]).RecordLength;
            int needed = length == 0 ? DirEntry.HeaderSize : DirEntry.SizeFor(new DirEntry(bytes[at..]).NameLength);
            // A record without an inode keeps a stale name length that may not fit any more.
            if (length != 0 && new DirEntry(bytes[at..]).Inode == 0)
                needed = DirEntry.HeaderSize;
            if (length < needed || length % 4 != 0 || length > tail - at)
                throw Damaged(directory, logical, $"rec_len at byte {at}", $"{length}",
                    $"a multiple of 4 from {needed} to {tail - at}");
            at += length;
        }

        if (isRoot)
            return WithIndex(bytes, DirectoryBlockKind.IndexRoot, directory, logical, checksums);
        if (checksums)
        {
            var end = new DirEntry(bytes[tail..]);
            if (end.Inode != 0 || end.RecordLength != DirEntry.TailSize || end.NameLength != 0
                || end.FileType != DirEntry.ChecksumTailType)
                throw Damaged(directory, logical, $"checksum tail at byte {tail}", "missing",
                    "a record of 12 bytes and type 0xDE");
        }

        return new DirectoryBlock(bytes, DirectoryBlockKind.Leaf, tail);
    }

    /// <summary>Checks one of the two chains of entries of a directory that is kept in its inode.</summary>
    /// <exception cref="CorruptImageException">The chain leaves its part of the inode.</exception>
    public static DirectoryBlock OpenInline(Span<byte> entries, InodeNumber directory) =>
        Open(entries, directory, NoBlock, indexed: false, checksums: false);

    /// <summary>The checksum that is stored in the block.</summary>
    public uint StoredChecksum => Le.U32(_b, ChecksumOffset);

    /// <summary>The checksum that the block should have in a directory with this seed.</summary>
    public uint ComputeChecksum(uint inodeSeed) => Kind == DirectoryBlockKind.Leaf
        ? ExtChecksums.OfDirectoryLeaf(inodeSeed, _b)
        : ExtChecksums.OfDirectoryIndex(inodeSeed, _b, CountOffset, Limit, Count);

    /// <summary>Renews the checksum.</summary>
    public void StoreChecksum(uint inodeSeed) => Le.Put32(_b, ChecksumOffset, ComputeChecksum(inodeSeed));

    /// <summary>The records of the block in order, free ones included; an inner index node has none.</summary>
    public RecordEnumerator GetEnumerator() => new(_b[..(Kind == DirectoryBlockKind.IndexNode ? 0 : EntriesEnd)]);

    private int ChecksumOffset => Kind == DirectoryBlockKind.Leaf ? _b.Length - 4 : CountOffset + 8 * Limit + 4;

    private static DirectoryBlock WithIndex(
        Span<byte> bytes, DirectoryBlockKind kind, InodeNumber directory, uint logical, bool checksums)
    {
        var block = new DirectoryBlock(bytes, kind, bytes.Length);
        int limit = (bytes.Length - block.CountOffset) / 8 - (checksums ? 1 : 0);
        if (block.Limit != limit)
            throw Damaged(directory, logical, "limit of the hash index", $"{block.Limit}", $"{limit}");
        if (block.Count < 1 || block.Count > limit)
            throw Damaged(directory, logical, "count of the hash index", $"{block.Count}", $"1 to {limit}");
        return block;
    }

    private static CorruptImageException Damaged(
        InodeNumber directory, uint logical, string place, string found, string expected) =>
        ExtDamage.In($"directory {directory}, {(logical == NoBlock ? "inline entries" : $"block {logical}")}", place, found,
            expected);

    /// <summary>Walks the records of a block whose chain has been checked.</summary>
    internal ref struct RecordEnumerator(Span<byte> records)
    {
        private readonly Span<byte> _records = records;
        private int _next;

        public DirEntry Current { get; private set; }

        public bool MoveNext()
        {
            if (_next >= _records.Length)
                return false;
            Current = new DirEntry(_records[_next..]);
            _next += Current.RecordLength;
            return true;
        }
    }
}
