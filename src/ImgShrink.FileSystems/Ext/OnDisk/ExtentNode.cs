using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>One node of an extent tree: the 60 bytes of i_block, or a whole block.</summary>
/// <remarks>
/// A header of 12 bytes, then entries of 12. Spec: kernel documentation, filesystems/ext4, "Extent Tree". Leaf and
/// index entries order their halves of the block number differently.
/// </remarks>
internal readonly ref struct ExtentNode
{
    public const int HeaderSize = 12;
    public const int EntrySize = 12;
    public const ushort ExpectedMagic = 0xF30A;
    public const int RootCapacity = 4;
    public const int MaxDepth = 5;

    /// <summary>Lengths above this mean an unwritten extent of (length - 32768) blocks.</summary>
    public const int MaxWrittenLength = 32768;
    public const int MaxUnwrittenLength = 32767;

    /// <summary>The most blocks of an extent that is an entry.</summary>
    public static int LongestExtent(bool unwritten) => unwritten ? MaxUnwrittenLength : MaxWrittenLength;

    private readonly Span<byte> _b;

    public ExtentNode(Span<byte> bytes) => _b = bytes;

    public ushort Magic { get => Le.U16(_b, 0x0); set => Le.Put16(_b, 0x0, value); }                  // eh_magic
    public ushort Entries { get => Le.U16(_b, 0x2); set => Le.Put16(_b, 0x2, value); }                // eh_entries
    public ushort Capacity { get => Le.U16(_b, 0x4); set => Le.Put16(_b, 0x4, value); }               // eh_max
    public ushort Depth { get => Le.U16(_b, 0x6); set => Le.Put16(_b, 0x6, value); }                  // eh_depth

    /// <summary>Where the checksum of a node block lies: behind the last slot, used or not.</summary>
    public int ChecksumOffset => HeaderSize + EntrySize * Capacity;                                   // et_checksum

    /// <summary>How many entries fit a block of <paramref name="blockSize"/> bytes.</summary>
    public static int BlockCapacity(int blockSize) => (blockSize - HeaderSize) / EntrySize;

    public uint Logical(int i) => Le.U32(Entry(i), 0x0);                                              // ee_block, ei_block

    public long Child(int i) => Le.U32(Entry(i), 0x4) | (long)Le.U16(Entry(i), 0x8) << 32;            // ei_leaf

    public void SetChild(int i, long block)
    {
        Le.Put32(Entry(i), 0x4, unchecked((uint)block));
        Le.Put16(Entry(i), 0x8, (ushort)(block >> 32));
    }

    public void SetIndex(int i, uint logical, long child)
    {
        Entry(i).Clear();
        Le.Put32(Entry(i), 0x0, logical);
        SetChild(i, child);
    }

    public Extent Leaf(int i)
    {
        Span<byte> entry = Entry(i);
        int length = Le.U16(entry, 0x4);                                                              // ee_len
        long physical = Le.U32(entry, 0x8) | (long)Le.U16(entry, 0x6) << 32;                          // ee_start
        bool unwritten = length > MaxWrittenLength;
        return new Extent(Logical(i), physical, unwritten ? length - MaxWrittenLength : length, unwritten);
    }

    public void SetLeaf(int i, Extent extent)
    {
        Span<byte> entry = Entry(i);
        Le.Put32(entry, 0x0, extent.Logical);
        Le.Put16(entry, 0x4, (ushort)(extent.Unwritten ? extent.Length + MaxWrittenLength : extent.Length));
        Le.Put16(entry, 0x6, (ushort)(extent.Physical >> 32));
        Le.Put32(entry, 0x8, unchecked((uint)extent.Physical));
    }

    /// <summary>Makes an empty node of the whole span.</summary>
    public static ExtentNode Format(Span<byte> bytes, int capacity, int depth)
    {
        bytes.Clear();
        return new ExtentNode(bytes) { Magic = ExpectedMagic, Capacity = (ushort)capacity, Depth = (ushort)depth };
    }

    private Span<byte> Entry(int i) => _b.Slice(HeaderSize + EntrySize * i, EntrySize);
}
