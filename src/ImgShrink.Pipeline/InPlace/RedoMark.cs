using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>How far the copies of a redo journal are, viewed in place; two sectors hold one each, written in turns.</summary>
/// <remarks>512 bytes, little-endian; docs/ON-DISK.md, "The redo journal". A torn mark leaves the one before it.</remarks>
internal readonly ref struct RedoMark
{
    public const int Size = 512;
    private const uint Seed = 0x4D61726B; // So that zeros are no mark.
    private readonly Span<byte> _b;

    public RedoMark(Span<byte> bytes) => _b = bytes[..Size];

    /// <summary>All copies to places below this address are made; null where the bytes are no mark.</summary>
    public long? DoneTo
    {
        get => Le.U32(_b, 0x08) == ComputeChecksum() ? unchecked((long)Le.U64(_b, 0x00)) : null;
        set
        {
            Le.Put64(_b, 0x00, (ulong)value!.Value);
            Le.Put32(_b, 0x08, ComputeChecksum());
        }
    }

    private uint ComputeChecksum() => ~Crc32.Append(Seed, _b[..0x08]);
}
