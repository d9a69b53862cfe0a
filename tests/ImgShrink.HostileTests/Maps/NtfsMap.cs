using ImgShrink.Blocks;
using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The structures of NTFS; the first records of the MFT are there twice.</summary>
/// <remarks>Spec: none is public; names are those of the Linux-NTFS documentation.</remarks>
internal static class NtfsMap
{
    private const int MostRecords = 40;
    private const int MirroredRecords = 4;
    private const uint LastAttribute = 0xFFFFFFFF;

    private static readonly Field[] s_boot =
    [
        N16(0xB, "bytes per sector"), N8(0xD, "sectors per cluster"), N64(0x28, "number of sectors"), P64(0x30, "LCN of $MFT"),
        P64(0x38, "LCN of $MFTMirr"), N8(0x40, "clusters per record"), N8(0x44, "clusters per index"), N16(0x1FE, "signature"),
    ];

    private static readonly Field[] s_record =
    [
        N32(0x0, "magic"), N16(0x4, "offset of the update sequence"), N16(0x6, "length of the update sequence"), N16(0x14, "offset of the first attribute"),
        F16(0x16, "flags"), N32(0x18, "used size"), N32(0x1C, "allocated size"), N64(0x20, "base record"),
    ];

    private static readonly Field[] s_attribute =
        [N32(0x0, "type"), N32(0x4, "length"), F8(0x8, "non-resident"), N8(0x9, "length of the name"), F16(0xC, "flags of the attribute")];

    private static readonly Field[] s_resident = [N32(0x10, "length of the content"), N16(0x14, "offset of the content"), N64(0x18, "the content's first bytes")];

    private static readonly Field[] s_outside =
    [
        N64(0x10, "starting VCN"), N64(0x18, "last VCN"), N16(0x20, "offset of the runs"), N64(0x28, "allocated size"), N64(0x30, "real size"),
        N64(0x38, "initialized size"), N8(0x40, "run 0: lengths"), N8(0x41, "run 0: byte 1"), N8(0x42, "run 0: byte 2"), N8(0x43, "run 0: byte 3"),
        N8(0x44, "run 0: byte 4"), N8(0x45, "run 0: byte 5"),
    ];

    private static readonly Field[] s_restart =
        [N32(0x0, "magic"), N16(0x4, "usa_ofs"), N16(0x6, "usa_count"), N32(0x10, "system_page_size"), N16(0x18, "restart_area_offset"), N64(0x30, "current_lsn"), N16(0x3C, "client_in_use_list"), F16(0x3E, "flags")];

    public static ImageMap Of(IBlockSource image)
    {
        byte[] boot = image.ReadBytes(0, 512);
        int cluster = Le.U16(boot, 0xB) * boot[0xD];
        long mft = (long)Le.U64(boot, 0x30) * cluster, mirror = (long)Le.U64(boot, 0x38) * cluster;
        int record = unchecked((sbyte)boot[0x40]) is < 0 and var minusLog ? 1 << -minusLog : boot[0x40] * cluster;
        var places = new List<Place> { new("boot sector", 0, 512, s_boot) };
        for (int number = 0; number < MostRecords; number++)
        {
            long at = mft + number * record;
            byte[] bytes = image.ReadBytes(at, record);
            if (!bytes.AsSpan().StartsWith("FILE"u8))
                continue;
            int mirrored = number;
            Seal? seal = number < MirroredRecords
                ? store => store.Write(mirror + mirrored * record, store.ReadBytes(at, record)) : null;
            places.Add(new Place($"record {number}", at, record, [.. s_record, .. AttributesOf(bytes)], seal));
        }

        foreach (long page in PagesOf(image, "RSTR"u8.ToArray(), cluster))
            places.Add(new Place("restart page", page, 4096, s_restart));
        return new ImageMap(places, cluster);
    }

    private static List<Field> AttributesOf(byte[] record)
    {
        var fields = new List<Field>();
        int number = 0;
        for (int at = Le.U16(record, 0x14); at < record.Length - 0x48 && Le.U32(record, at) != LastAttribute; at += (int)Le.U32(record, at + 4))
        {
            int start = at, index = number++;
            fields.AddRange(s_attribute.Concat(record[at + 8] != 0 ? s_outside : s_resident)
                .Select(field => field with { At = field.At + start, Name = $"{field.Name} of attribute {index}" }));
        }

        return fields;
    }

    private static IEnumerable<long> PagesOf(IBlockSource image, byte[] magic, int step)
    {
        for (long at = 0; at <= image.Length - 4096; at += step)
            if (image.ReadBytes(at, 4).AsSpan().SequenceEqual(magic))
                yield return at;
    }
}
