using ImgShrink.Blocks;
using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The structures of FAT12, FAT16 and FAT32; instead of checksums, things are there twice.</summary>
/// <remarks>Spec: Microsoft FAT specification 1.03; names and offsets are its.</remarks>
internal static class FatMap
{
    private const int EntrySize = 32;
    private const int EntriesOfADirectory = 8;
    private const int DirectoryAttribute = 0x10;

    private static readonly Field[] s_boot =
    [
        N8(0x0, "BS_jmpBoot"), N16(0xB, "BPB_BytsPerSec"), N8(0xD, "BPB_SecPerClus"), N16(0xE, "BPB_RsvdSecCnt"), N8(0x10, "BPB_NumFATs"),
        N16(0x11, "BPB_RootEntCnt"), N16(0x13, "BPB_TotSec16"), N8(0x15, "BPB_Media"), N16(0x16, "BPB_FATSz16"), N32(0x1C, "BPB_HiddSec"),
        N32(0x20, "BPB_TotSec32"), N16(0x1FE, "Signature_word"),
    ];

    private static readonly Field[] s_boot32 =
    [
        N32(0x24, "BPB_FATSz32"), F16(0x28, "BPB_ExtFlags"), N16(0x2A, "BPB_FSVer"), P32(0x2C, "BPB_RootClus"), N16(0x30, "BPB_FSInfo"),
        N16(0x32, "BPB_BkBootSec"), N8(0x42, "BS_BootSig"),
    ];

    private static readonly Field[] s_information =
        [N32(0x0, "FSI_LeadSig"), N32(0x1E4, "FSI_StrucSig"), N32(0x1E8, "FSI_Free_Count"), P32(0x1EC, "FSI_Nxt_Free")];

    private static readonly Field[] s_entry =
    [
        N8(0x0, "DIR_Name[0]"), N8(0x8, "DIR_Name[8]"), F8(0xB, "DIR_Attr"), N8(0xC, "DIR_NTRes"), P16(0x14, "DIR_FstClusHI"),
        N16(0x16, "DIR_WrtTime"), N16(0x18, "DIR_WrtDate"), P16(0x1A, "DIR_FstClusLO"), N32(0x1C, "DIR_FileSize"),
    ];

    private static readonly Field[] s_longName =
        [N8(0x0, "LDIR_Ord"), N16(0x1, "LDIR_Name1"), F8(0xB, "LDIR_Attr"), N8(0xD, "LDIR_Chksum"), N16(0x1A, "LDIR_FstClusLO"), N16(0x1C, "LDIR_Name3")];

    public static ImageMap Of(IBlockSource image)
    {
        byte[] boot = image.ReadBytes(0, 512);
        int sector = Le.U16(boot, 0xB), cluster = boot[0xD] * sector;
        bool is32 = Le.U16(boot, 0x16) == 0;
        int fatBytes = (is32 ? (int)Le.U32(boot, 0x24) : Le.U16(boot, 0x16)) * sector;
        long fat = Le.U16(boot, 0xE) * sector, root = fat + 2L * fatBytes;
        long data = root + Le.U16(boot, 0x11) * EntrySize;
        var places = new List<Place>();
        if (is32)
        {
            places.Add(new Place("boot sector", 0, 512, [.. s_boot, .. s_boot32], Copy(0, Le.U16(boot, 0x32) * sector, 512)));
            places.Add(new Place("FSInfo", Le.U16(boot, 0x30) * sector, 512, s_information));
            root = ClusterAt(Le.U32(boot, 0x2C));
        }
        else
        {
            places.Add(new Place("boot sector", 0, 512, s_boot));
        }

        Field[] words = [.. Repeat(12, 2, P16(0, "FAT16"))];
        places.Add(new Place("FAT", fat, Math.Min(fatBytes, 64), words, Copy(fat, fat + fatBytes, fatBytes)));
        places.Add(new Place("second FAT", fat + fatBytes, Math.Min(fatBytes, 64), words));
        AddDirectory("root directory", root, depth: 0);
        return new ImageMap(places, cluster, FirstUnit: 2 - data / cluster);

        void AddDirectory(string name, long at, int depth)
        {
            for (int slot = 0; slot < EntriesOfADirectory; slot++)
            {
                long place = at + slot * EntrySize;
                byte[] entry = image.ReadBytes(place, EntrySize);
                if (entry[0] == 0)
                    break;
                bool isLong = (entry[0xB] & 0xF) == 0xF;
                places.Add(new Place($"slot {slot} of {name}", place, EntrySize, isLong ? s_longName : s_entry));
                bool isBelow = !isLong && entry[0] is not ((byte)'.' or 0xE5) && (entry[0xB] & DirectoryAttribute) != 0;
                if (isBelow && depth < 2)
                    AddDirectory($"directory {slot} of {name}", ClusterAt(Le.U16(entry, 0x1A) | (is32 ? (uint)Le.U16(entry, 0x14) << 16 : 0)), depth + 1);
            }
        }

        long ClusterAt(uint number) => data + (number - 2L) * cluster;
    }

    private static Seal Copy(long from, long to, int bytes) => image => image.Write(to, image.ReadBytes(from, bytes));
}
