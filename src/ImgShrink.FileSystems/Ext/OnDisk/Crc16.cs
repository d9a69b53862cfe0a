namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>CRC-16 (reflected 0xA001) for the group descriptors of uninit_bg volumes: state in, state out.</summary>
internal static class Crc16
{
    public static ushort Append(ushort state, ReadOnlySpan<byte> bytes)
    {
        uint crc = state;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
        }

        return (ushort)crc;
    }
}
