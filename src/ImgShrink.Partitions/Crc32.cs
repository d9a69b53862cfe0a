namespace ImgShrink.Partitions;

/// <summary>The CRC-32 of zlib and of GPT: reflected polynomial 0xEDB88320, start and final XOR 0xFFFFFFFF.</summary>
/// <remarks>
/// Spec: UEFI 2.10, section 5.3.2; ISO 3309. Check value: the nine digits "123456789" give 0xCBF43926.
/// </remarks>
internal static class Crc32
{
    private static readonly uint[] s_table = Table();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
            crc = s_table[(crc ^ value) & 0xFF] ^ (crc >> 8);
        return ~crc;
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
