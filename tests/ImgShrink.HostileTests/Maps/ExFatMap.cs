using ImgShrink.Blocks;
using ImgShrink.FileSystems.ExFat;
using ImgShrink.FileSystems.ExFat.OnDisk;
using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The structures of exFAT.</summary>
/// <remarks>Spec: Microsoft exFAT specification 1.00; names and offsets are its.</remarks>
internal static class ExFatMap
{
    private const int EntrySize = 32;

    private static readonly Field[] s_boot =
    [
        N64(0x40, "PartitionOffset"), N64(0x48, "VolumeLength"), P32(0x50, "FatOffset"), N32(0x54, "FatLength"), P32(0x58, "ClusterHeapOffset"),
        N32(0x5C, "ClusterCount"), P32(0x60, "FirstClusterOfRootDirectory"), N16(0x68, "FileSystemRevision"), F16(0x6A, "VolumeFlags"),
        N8(0x6C, "BytesPerSectorShift"), N8(0x6D, "SectorsPerClusterShift"), N8(0x6E, "NumberOfFats"), N8(0x70, "PercentInUse"),
        N16(0x1FE, "BootSignature"),
    ];

    private static readonly Field[] s_file = [N8(0x0, "EntryType"), N8(0x1, "SecondaryCount"), N16(0x2, "SetChecksum"), F16(0x4, "FileAttributes")];

    private static readonly Field[] s_stream =
    [
        N8(0x0, "EntryType"), F8(0x1, "GeneralSecondaryFlags"), N8(0x3, "NameLength"), N64(0x8, "ValidDataLength"), P32(0x14, "FirstCluster"),
        N64(0x18, "DataLength"),
    ];

    private static readonly Field[] s_other = [N8(0x0, "EntryType"), F8(0x1, "Flags"), P32(0x14, "FirstCluster"), N64(0x18, "DataLength")];

    public static ImageMap Of(IBlockSource image)
    {
        byte[] boot = image.ReadBytes(0, 512);
        int sector = 1 << boot[0x6C], cluster = sector << boot[0x6D];
        long fat = (long)Le.U32(boot, 0x50) * sector, heap = (long)Le.U32(boot, 0x58) * sector;
        var places = new List<Place>
        {
            new("boot sector", 0, 512, s_boot, store => SealBoot(store, sector)),
            new("FAT", fat, 64, [.. Repeat(14, 4, P32(0, "FatEntry"))]),
        };
        AddDirectory("root directory", heap + (Le.U32(boot, 0x60) - 2L) * cluster, depth: 0);
        return new ImageMap(places, cluster, FirstUnit: 2 - heap / cluster);

        void AddDirectory(string name, long at, int depth)
        {
            for (int slot = 0; slot < cluster / EntrySize && image.ReadBytes(at + slot * EntrySize, 1)[0] is not 0 and var type; slot++)
            {
                long place = at + slot * EntrySize;
                byte[] entry = image.ReadBytes(place, EntrySize);
                Seal? seal = SetAround(image, at, slot) is var (start, count) ? store => SealSet(store, start, count) : null;
                places.Add(new Place($"slot {slot} of {name}, type {type:X2}", place, EntrySize,
                    type switch { ExFatEntry.File => s_file, ExFatEntry.Stream => s_stream, _ => s_other }, seal));
                if (type == ExFatEntry.Bitmap)
                    places.Add(new Place("allocation bitmap", heap + (Le.U32(entry, 0x14) - 2L) * cluster, 64, [.. Repeat(6, 4, N32(0, "bits"))]));
                bool isBelow = type == ExFatEntry.Stream && (Le.U16(image.ReadBytes(place - EntrySize, EntrySize), 4) & 0x10) != 0;
                if (isBelow && depth < 2)
                    AddDirectory($"directory {slot} of {name}", heap + (Le.U32(entry, 0x14) - 2L) * cluster, depth + 1);
            }
        }
    }

    /// <summary>The set of entries that a slot belongs to: where it begins, and how many there are.</summary>
    private static (long Start, int Count)? SetAround(IBlockSource image, long directory, int slot)
    {
        for (int first = slot; first >= 0 && first >= slot - 18; first--)
        {
            byte[] entry = image.ReadBytes(directory + first * EntrySize, EntrySize);
            if (entry[0] == ExFatEntry.File)
                return slot - first <= entry[1] ? (directory + first * EntrySize, entry[1] + 1) : null;
        }

        return null;
    }

    private static void SealSet(IBlockStore store, long start, int count)
    {
        byte[] set = store.ReadBytes(start, count * EntrySize);
        Le.Put16(set, 2, ExFatEntrySet.ChecksumOf(set));
        store.Write(start, set);
    }

    private static void SealBoot(IBlockStore store, int sector)
    {
        uint sum = ExFatBootSector.ChecksumOf(store.ReadBytes(0, 11 * sector));
        byte[] sums = new byte[sector];
        for (int at = 0; at < sector; at += 4)
            Le.Put32(sums, at, sum);
        store.Write(11 * sector, sums);
        store.Write(12 * sector, store.ReadBytes(0, 12 * sector));
    }
}
