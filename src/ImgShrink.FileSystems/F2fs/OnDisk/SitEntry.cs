using System.Numerics;
using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.F2fs.OnDisk;

/// <summary>An entry of the segment information table: which blocks of a segment are valid; viewed in place.</summary>
/// <remarks>Spec: Linux, include/linux/f2fs_fs.h, "struct f2fs_sit_entry"; names are its.</remarks>
internal readonly ref struct SitEntry
{
    public const int Size = 74;
    public const int PerBlock = 55;

    private const int MapBytes = 64;

    private readonly ReadOnlySpan<byte> _b;

    public SitEntry(ReadOnlySpan<byte> bytes) => _b = bytes[..Size];

    public int ValidBlocks => Le.U16(_b, 0) & 0x3FF;                                // vblocks, without the type

    /// <summary>Whether a block of the segment is valid; the first is the highest bit of the first byte.</summary>
    public bool IsValid(int block) => (_b[2 + block / 8] >> (7 - block % 8) & 1) != 0;      // valid_map

    /// <summary>Bits of the map that are set.</summary>
    public int MappedBlocks
    {
        get
        {
            int count = 0;
            foreach (byte bits in _b.Slice(2, MapBytes))
                count += BitOperations.PopCount(bits);
            return count;
        }
    }
}
