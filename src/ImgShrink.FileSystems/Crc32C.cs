using System.Buffers.Binary;
using System.Numerics;

namespace ImgShrink.FileSystems;

/// <summary>CRC-32C (Castagnoli, reflected 0x82F63B78).</summary>
/// <remarks><see cref="Append(uint, ReadOnlySpan{byte})"/> is the bare register, as ext4 uses it: state in, state out.</remarks>
internal static class Crc32C
{
    /// <summary>The usual checksum: the register starts as all ones, and the result is inverted.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Append(~0u, bytes);

    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (byte b in bytes)
            state = BitOperations.Crc32C(state, b);
        return state;
    }

    public static uint Append(uint state, uint word) => BitOperations.Crc32C(state, word);

    public static uint Append(uint state, ulong word) => BitOperations.Crc32C(state, word);
}
