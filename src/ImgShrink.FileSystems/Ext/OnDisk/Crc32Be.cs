namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>CRC-32 (0x04C11DB7, highest bit first) as the first journal checksums have it: state in, state out.</summary>
internal static class Crc32Be
{
    private const uint Polynomial = 0x04C11DB7;

    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(OfByte)];

    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            state = unchecked(state << 8) ^ s_table[state >> 24 ^ b];
        return state;
    }

    private static uint OfByte(int value)
    {
        uint crc = (uint)value << 24;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 0x80000000) != 0 ? crc << 1 ^ Polynomial : crc << 1;
        return crc;
    }
}
