using System.Numerics;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.VirtualDisks;

/// <summary>One of the two headers of a VHDX, viewed in place.</summary>
/// <remarks>4096 bytes at 64 KiB and at 128 KiB, little-endian. Spec: [MS-VHDX] 2.2.2.</remarks>
internal readonly ref struct VhdxHeader
{
    public const int Size = 4096;

    private readonly ReadOnlySpan<byte> _b;

    public VhdxHeader(ReadOnlySpan<byte> bytes) => _b = bytes[..Size];

    public bool IsSound => VhdxChecksum.IsRight(_b, "head"u8);  // Signature, Checksum
    public ulong SequenceNumber => Le.U64(_b, 0x8);             // SequenceNumber
    public Guid LogGuid => new(_b.Slice(0x30, 16));             // LogGuid
    public ushort Version => Le.U16(_b, 0x42);                  // Version
}

/// <summary>An entry of a table that names its items by GUIDs: of the regions, or of the metadata.</summary>
/// <param name="Id">Guid, ItemId.</param>
/// <param name="At">FileOffset, Offset.</param>
/// <param name="Length">Length.</param>
/// <param name="IsRequired">Whether who does not know the item must not open the file.</param>
internal readonly record struct VhdxItem(Guid Id, long At, uint Length, bool IsRequired)
{
    public const int Size = 32;

    /// <summary>Spec: [MS-VHDX] 2.2.3.2, Region Table Entry.</summary>
    public static VhdxItem Region(ReadOnlySpan<byte> bytes) => new(
        new Guid(bytes[..16]), (long)Math.Min(Le.U64(bytes, 0x10), long.MaxValue), Le.U32(bytes, 0x18), (Le.U32(bytes, 0x1C) & 1) != 0);

    /// <summary>Spec: [MS-VHDX] 2.6.1.2, Metadata Table Entry.</summary>
    public static VhdxItem Metadata(ReadOnlySpan<byte> bytes) => new(
        new Guid(bytes[..16]), Le.U32(bytes, 0x10), Le.U32(bytes, 0x14), (Le.U32(bytes, 0x18) & 4) != 0);
}

/// <summary>The checksum of VHDX structures: CRC-32C of all bytes, its own four as zeros.</summary>
internal static class VhdxChecksum
{
    private const int ChecksumAt = 4;

    public static bool IsRight(ReadOnlySpan<byte> structure, ReadOnlySpan<byte> signature)
    {
        uint state = uint.MaxValue;
        for (int at = 0; at < structure.Length; at += 4)
            state = BitOperations.Crc32C(state, at == ChecksumAt ? 0 : Le.U32(structure, at));
        return structure.StartsWith(signature) && ~state == Le.U32(structure, ChecksumAt);
    }
}
