using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Btrfs.OnDisk;

/// <summary>What every item of a tree is found by.</summary>
/// <param name="Id">objectid.</param>
/// <param name="Type">type.</param>
/// <param name="Offset">offset.</param>
internal readonly record struct BtrfsKey(ulong Id, byte Type, ulong Offset)
{
    public const int Size = 17;
    public const byte RootItem = 132;
    public const byte ExtentItem = 168;
    public const byte MetadataItem = 169;
    public const byte ChunkItem = 228;

    public static BtrfsKey Read(ReadOnlySpan<byte> bytes) => new(Le.U64(bytes, 0), bytes[8], Le.U64(bytes, 9));
}

/// <summary>A block of a tree, viewed in place: keys with children, or in level 0 with items.</summary>
/// <remarks>Spec: btrfs documentation, "On-disk format", "Header", "Item" and "Key pointer"; names are its.</remarks>
internal readonly ref struct TreeBlock
{
    private const int HeaderSize = 0x65;
    private const int ItemSize = BtrfsKey.Size + 8;
    private const int ChildSize = BtrfsKey.Size + 16;

    private readonly ReadOnlySpan<byte> _b;

    public TreeBlock(ReadOnlySpan<byte> bytes) => _b = bytes;

    public ReadOnlySpan<byte> FsId => _b.Slice(0x20, 16);                           // fsid
    public ulong Address => Le.U64(_b, 0x30);                                       // bytenr
    public ulong Generation => Le.U64(_b, 0x50);                                    // generation
    public uint Count => Le.U32(_b, 0x60);                                          // nritems
    public byte Level => _b[0x64];                                                  // level

    /// <summary>Whether so many items or children fit.</summary>
    public bool HasPossibleCount => Count <= (_b.Length - HeaderSize) / (Level == 0 ? ItemSize : ChildSize);

    public BtrfsKey Key(int index) =>
        BtrfsKey.Read(_b[(HeaderSize + index * (Level == 0 ? ItemSize : ChildSize))..]);

    public ulong Child(int index) => Le.U64(_b, HeaderSize + index * ChildSize + BtrfsKey.Size);    // blockptr

    /// <summary>The generation that a child must have.</summary>
    public ulong ChildGeneration(int index) => Le.U64(_b, HeaderSize + index * ChildSize + BtrfsKey.Size + 8);

    /// <summary>The content of an item; false where it would not lie in the block.</summary>
    public bool TryItem(int index, out ReadOnlySpan<byte> item)
    {
        int at = HeaderSize + index * ItemSize + BtrfsKey.Size;
        uint start = Le.U32(_b, at), length = Le.U32(_b, at + 4);
        bool isInside = start <= _b.Length - HeaderSize && length <= _b.Length - HeaderSize - start;
        item = isInside ? _b.Slice(HeaderSize + (int)start, (int)length) : [];
        return isInside;
    }
}
