using System.Buffers.Binary;
using System.Numerics;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>CRC-32C (Castagnoli, reflected 0x82F63B78) as ext4 uses it: state in, state out, no inversion.</summary>
internal static class Crc32C
{
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
