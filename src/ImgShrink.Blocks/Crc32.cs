namespace ImgShrink.Blocks;

/// <summary>The CRC-32 of zlib and of GPT: reflected polynomial 0xEDB88320, start and final XOR 0xFFFFFFFF.</summary>
/// <remarks>
/// Spec: UEFI 2.10, section 5.3.2; ISO 3309. Check value: the nine digits "123456789" give 0xCBF43926.
/// </remarks>
public static class Crc32
{
    private static readonly uint[] s_table = Table();

    /// <summary>The checksum of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Append(uint.MaxValue, bytes);

    /// <summary>The bare register: state in, state out, no XOR.</summary>
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
            state = s_table[(state ^ value) & 0xFF] ^ (state >> 8);
        return state;
    }

    private static uint[] Table()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            table[i] = crc;
        }

        return table;
    }
}
