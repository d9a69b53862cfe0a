using System.Buffers.Binary;

namespace ImgShrink.Blocks;

/// <summary>Little-endian fields of on-disk structures, by byte offset.</summary>
public static class Le
{
    /// <summary>The 16-bit field at <paramref name="at"/>.</summary>
    public static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    /// <summary>The 32-bit field at <paramref name="at"/>.</summary>
    public static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    /// <summary>The 64-bit field at <paramref name="at"/>.</summary>
    public static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    /// <summary>Replaces the 16-bit field at <paramref name="at"/>.</summary>
    public static void Put16(Span<byte> bytes, int at, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[at..], value);

    /// <summary>Replaces the 32-bit field at <paramref name="at"/>.</summary>
    public static void Put32(Span<byte> bytes, int at, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);

    /// <summary>Replaces the 64-bit field at <paramref name="at"/>.</summary>
    public static void Put64(Span<byte> bytes, int at, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[at..], value);
}
