using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Tests.Fat;

/// <summary>Empty FAT volumes written by hand: sectors and clusters of 512 bytes, two tables.</summary>
internal static class TinyFat
{
    public const int RootEntries = 32;

    /// <summary>100 clusters: 1 reserved sector, 2 tables of 1 sector, 2 sectors of root.</summary>
    public static byte[] Fat12(int clusters = 100) => Make(bits: 12, clusters);

    /// <summary>5000 clusters.</summary>
    public static byte[] Fat16() => Make(bits: 16, clusters: 5000);

    /// <summary>200 clusters, fewer than the documents ask for: such volumes are made for small boot partitions.</summary>
    public static byte[] Fat32() => Make(bits: 32, clusters: 200);

    public static byte[] OfKind(int bits, int clusters = 0) => clusters > 0
        ? Make(bits, clusters)
        : bits switch { 12 => Fat12(), 16 => Fat16(), _ => Fat32() };

    /// <summary>Byte of the first table.</summary>
    public static int FatAt(int bits) => (bits == 32 ? 8 : 1) * 512;

    public static void PutLink(byte[] volume, int bits, int cluster, uint value, int table = 0)
    {
        int at = FatAt(bits) + table * FatBytes(volume) + cluster * bits / 8;
        if (bits == 32)
            Le.Put32(volume, at, value);
        else if (bits == 16)
            Le.Put16(volume, at, (ushort)(value & 0xFFFF));
        else if (cluster % 2 == 0)
            Le.Put16(volume, at, (ushort)((Le.U16(volume, at) & 0xF000u) | (value & 0xFFF)));
        else
            Le.Put16(volume, at, (ushort)((Le.U16(volume, at) & 0xFu) | (value & 0xFFF) << 4));
    }

    public static void PutLinkInBoth(byte[] volume, int bits, int cluster, uint value)
    {
        PutLink(volume, bits, cluster, value, table: 0);
        PutLink(volume, bits, cluster, value, table: 1);
    }

    public static int FatBytes(byte[] volume) =>
        (int)(Le.U16(volume, 0x16) is var small and not 0 ? small : Le.U32(volume, 0x24)) * 512;

    /// <summary>Byte of the first slot of the root directory.</summary>
    public static int RootAt(byte[] volume, int bits) => FatAt(bits) + 2 * FatBytes(volume);

    /// <summary>Byte of a cluster.</summary>
    public static int ClusterAt(byte[] volume, int bits, int cluster) =>
        RootAt(volume, bits) + (bits == 32 ? 0 : RootEntries * 32) + (cluster - 2) * 512;

    private static byte[] Make(int bits, int clusters)
    {
        int reserved = bits == 32 ? 8 : 1;
        int fatSectors = ((clusters + 2) * bits / 8 + 512) / 512;
        int total = reserved + 2 * fatSectors + (bits == 32 ? 0 : RootEntries * 32 / 512) + clusters;
        var volume = new byte[total * 512];
        PutBootSector(volume, bits, reserved, fatSectors, total);
        PutLinkInBoth(volume, bits, 0, bits == 32 ? 0x0FFFFFF8u : 0xFFF8u);
        PutLinkInBoth(volume, bits, 1, 0x0FFFFFFF);
        if (bits != 32)
            return volume;
        PutLinkInBoth(volume, 32, 2, 0x0FFFFFFF);
        PutFsInfo(volume, clusters - 1);
        volume.AsSpan(0, 1024).CopyTo(volume.AsSpan(6 * 512));
        return volume;
    }

    private static void PutBootSector(byte[] volume, int bits, int reserved, int fatSectors, int total)
    {
        new byte[] { 0xEB, 0x3C, 0x90 }.CopyTo(volume, 0);
        "IMGSHRNK"u8.CopyTo(volume.AsSpan(3));
        Le.Put16(volume, 0x0B, 512);
        volume[0x0D] = 1;
        Le.Put16(volume, 0x0E, (ushort)reserved);
        volume[0x10] = 2;
        volume[0x15] = 0xF8;
        Le.Put32(volume, 0x20, (uint)total);
        int extended = bits == 32 ? 0x40 : 0x24;
        if (bits == 32)
        {
            Le.Put32(volume, 0x24, (uint)fatSectors);
            Le.Put32(volume, 0x2C, 2);
            Le.Put16(volume, 0x30, 1);
            Le.Put16(volume, 0x32, 6);
        }
        else
        {
            Le.Put16(volume, 0x11, RootEntries);
            Le.Put16(volume, 0x16, (ushort)fatSectors);
        }

        volume[extended] = 0x80;
        volume[extended + 2] = 0x29;
        Le.Put32(volume, extended + 3, 0xABCD1234);
        "BOOT       "u8.CopyTo(volume.AsSpan(extended + 7));
        (bits == 32 ? "FAT32   "u8 : "FAT     "u8).CopyTo(volume.AsSpan(extended + 18));
        Le.Put16(volume, 0x1FE, 0xAA55);
    }

    private static void PutFsInfo(byte[] volume, int free)
    {
        Le.Put32(volume, 512, 0x41615252);
        Le.Put32(volume, 512 + 0x1E4, 0x61417272);
        Le.Put32(volume, 512 + 0x1E8, (uint)free);
        Le.Put32(volume, 512 + 0x1EC, 2);
        Le.Put32(volume, 512 + 0x1FC, 0xAA550000);
    }
}
