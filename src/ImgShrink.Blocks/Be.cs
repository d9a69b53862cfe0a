using System.Buffers.Binary;

namespace ImgShrink.Blocks;

/// <summary>Big-endian fields of on-disk structures, by byte offset; the journal of ext is written so.</summary>
public static class Be
{
    /// <summary>The 16-bit field at <paramref name="at"/>.</summary>
    public static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    /// <summary>The 32-bit field at <paramref name="at"/>.</summary>
    public static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    /// <summary>The 64-bit field at <paramref name="at"/>.</summary>
    public static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]);

    /// <summary>Replaces the 32-bit field at <paramref name="at"/>.</summary>
    public static void Put32(Span<byte> bytes, int at, uint value) =>
        BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], value);
}
