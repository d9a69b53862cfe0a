using ImgShrink.Blocks;
using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The structures of a GPT: two headers, two tables, and the MBR that protects them.</summary>
/// <remarks>Spec: UEFI 2.10, tables 5.5 and 5.6; names are theirs.</remarks>
internal static class GptMap
{
    private const int Sector = 512;
    private const int EntrySize = 128;

    private static readonly Field[] s_header =
    [
        N64(0x0, "Signature"), N32(0x8, "Revision"), N32(0xC, "HeaderSize"), P64(0x18, "MyLBA"), P64(0x20, "AlternateLBA"), P64(0x28, "FirstUsableLBA"),
        P64(0x30, "LastUsableLBA"), N64(0x38, "DiskGUID"), P64(0x48, "PartitionEntryLBA"), N32(0x50, "NumberOfPartitionEntries"),
        N32(0x54, "SizeOfPartitionEntry"), N32(0x58, "PartitionEntryArrayCRC32"),
    ];

    private static readonly Field[] s_entry =
        [N64(0x0, "PartitionTypeGUID"), N64(0x10, "UniquePartitionGUID"), P64(0x20, "StartingLBA"), P64(0x28, "EndingLBA"), F64(0x30, "Attributes"), N16(0x38, "PartitionName")];

    public static ImageMap Of(IBlockSource image)
    {
        byte[] first = image.ReadBytes(Sector, Sector);
        var places = new List<Place>([.. MbrMap.Of(image).Places]);
        foreach (long header in new[] { 1, (long)Le.U64(first, 0x20) })
        {
            long entries = (long)Le.U64(image.ReadBytes(header * Sector, Sector), 0x48);
            Seal seal = store => SealHeader(store, header * Sector, entries * Sector);
            places.Add(new Place($"GPT header at sector {header}", header * Sector, 92, s_header, store => SealHeader(store, header * Sector, null)));
            for (int i = 0; i < 4; i++)
                places.Add(new Place($"entry {i} at sector {entries}", entries * Sector + i * EntrySize, EntrySize, s_entry, seal));
        }

        return new ImageMap(places, Sector);
    }

    /// <summary>Renews the checksum of a header, and before that the one of its table, where that has changed.</summary>
    private static void SealHeader(IBlockStore image, long at, long? entriesAt)
    {
        byte[] header = image.ReadBytes(at, Sector);
        long tableBytes = Le.U32(header, 0x50) * (long)EntrySize;
        if (entriesAt is { } entries && tableBytes <= image.Length - entries)
            Le.Put32(header, 0x58, Crc32.Of(image.ReadBytes(entries, (int)tableBytes)));
        uint size = Le.U32(header, 0xC);
        Le.Put32(header, 0x10, 0);
        if (size is >= 92 and <= Sector)
            Le.Put32(header, 0x10, Crc32.Of(header.AsSpan(0, (int)size)));
        image.Write(at, header);
    }
}
