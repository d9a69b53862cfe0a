using ImgShrink.Blocks;
using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The sectors of an MBR table: its own, and the records of logical partitions.</summary>
/// <remarks>Spec: UEFI 2.10, tables 5.1 and 5.2; names are theirs.</remarks>
internal static class MbrMap
{
    private const int EntryAt = 0x1BE;
    private const int EntrySize = 16;
    private const int Sector = 512;

    private static readonly Field[] s_table =
    [
        N32(0x1B8, "UniqueMBRDiskSignature"), N16(0x1FE, "Signature"),
        .. Repeat(4, EntrySize, F8(EntryAt, "BootIndicator"), N8(EntryAt + 4, "OSType"), P32(EntryAt + 8, "StartingLBA"), N32(EntryAt + 12, "SizeInLBA")),
    ];

    /// <summary>The table, and the chain of records in each extended partition.</summary>
    public static ImageMap Of(IBlockSource image)
    {
        var places = new List<Place> { new("MBR", 0, Sector, s_table) };
        byte[] table = image.ReadBytes(0, Sector);
        for (int slot = 0; slot < 4; slot++)
        {
            long start = Le.U32(table, EntryAt + slot * EntrySize + 8);
            bool isExtended = table[EntryAt + slot * EntrySize + 4] is 0x5 or 0xF;
            if (isExtended)
                places.AddRange(Chain(image, start));
        }

        return new ImageMap(places, Sector);
    }

    private static IEnumerable<Place> Chain(IBlockSource image, long container)
    {
        for (long at = container; ;)
        {
            yield return new Place($"extended boot record at sector {at}", at * Sector, Sector, s_table);
            byte[] record = image.ReadBytes(at * Sector, Sector);
            if (Le.U32(record, EntryAt + EntrySize + 12) == 0)
                yield break;
            at = container + Le.U32(record, EntryAt + EntrySize + 8);
        }
    }
}
