using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>The entries of an index block of a hashed directory: from which hash on names lie in which block.</summary>
/// <remarks>
/// Limit and count stand where the first entry's hash would be; that hash is 0. The lowest bit of a hash says that names
/// with the same hash lie in the block before, too. Spec: kernel documentation, filesystems/ext4, "Hash Tree Directories".
/// </remarks>
internal readonly ref struct IndexEntries(DirectoryBlock block)
{
    /// <summary>Bytes of dx_root_info, as info_length has to say.</summary>
    public const byte ExpectedInfoLength = 8;

    private const int EntrySize = 8;

    /// <summary>dx_root_info, behind "." and "..".</summary>
    private const int ReservedOffset = 0x18;
    private const int HashVersionOffset = 0x1C;
    private const int InfoLengthOffset = 0x1D;
    private const int LevelsOffset = 0x1E;
    private const int UnusedFlagsOffset = 0x1F;

    // Only 28 bits are the block's number.
    private const uint BlockMask = 0x0FFFFFFF;

    private readonly DirectoryBlock _block = block;

    public int Count { get => _block.Count; private set =>
        Le.Put16(_block.Bytes, _block.CountOffset + 2, (ushort)value); }

    public bool IsFull => _block.Count == _block.Limit;

    public uint Reserved => Le.U32(_block.Bytes, ReservedOffset);                                     // reserved_zero

    public byte UnusedFlags => _block.Bytes[UnusedFlagsOffset];                                       // unused_flags

    public byte HashVersion => _block.Bytes[HashVersionOffset];                                       // hash_version

    public byte InfoLength => _block.Bytes[InfoLengthOffset];                                         // info_length

    /// <summary>Levels of index blocks below the root.</summary>
    public byte Levels => _block.Bytes[LevelsOffset];                                                 // indirect_levels

    /// <summary>Levels of index blocks that there may be below the root.</summary>
    public static int MostLevels(Superblock superblock) =>
        superblock.Incompat.HasFlag(IncompatFeatures.LargeDir) ? 2 : 1;

    public uint Hash(int i) => i == 0 ? 0 : Le.U32(Entry(i), 0x0);

    public uint Block(int i) => Le.U32(Entry(i), 0x4) & BlockMask;

    /// <summary>The entry that names with this hash belong to.</summary>
    public int Find(uint hash)
    {
        int low = 0, high = Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Hash(middle) <= hash)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    /// <summary>Puts an entry before entry <paramref name="at"/> (1 or more); the block must not be full.</summary>
    public void Insert(int at, uint hash, uint block)
    {
        int start = _block.CountOffset + EntrySize * at;
        int end = _block.CountOffset + EntrySize * Count;
        _block.Bytes[start..end].CopyTo(_block.Bytes[(start + EntrySize)..]);
        Le.Put32(Entry(at), 0x0, hash);
        Le.Put32(Entry(at), 0x4, block);
        Count++;
    }

    private Span<byte> Entry(int i) => _block.Bytes.Slice(_block.CountOffset + EntrySize * i, EntrySize);
}
