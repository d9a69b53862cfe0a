using ImgShrink.Blocks;
using ImgShrink.Containers.VirtualDisks;
using ImgShrink.HostileTests.Damage;
using System.Numerics;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The structures of virtual disks: VHD is big-endian, VHDX is little-endian.</summary>
internal static class VirtualDiskMaps
{
    private const int Sector = 512;
    private const int Kibi = 1024;

    /// <remarks>Spec: Microsoft Virtual Hard Disk Image Format Specification 1.0; names are its.</remarks>
    private static readonly Field[] s_footer =
    [
        N64(0x0, "Cookie").Big, F32(0x8, "Features").Big, N32(0xC, "File Format Version").Big, P64(0x10, "Data Offset").Big,
        N64(0x28, "Original Size").Big, N64(0x30, "Current Size").Big, N32(0x38, "Disk Geometry").Big, N32(0x3C, "Disk Type").Big,
    ];

    private static readonly Field[] s_dynamicHeader =
        [N64(0x0, "Cookie").Big, P64(0x8, "Data Offset").Big, P64(0x10, "Table Offset").Big, N32(0x1C, "Max Table Entries").Big, N32(0x20, "Block Size").Big];

    /// <remarks>Spec: [MS-VHDX] 2.2 to 2.6; names are its.</remarks>
    private static readonly Field[] s_header =
        [N32(0x0, "Signature"), N64(0x8, "SequenceNumber"), N64(0x30, "LogGuid"), N16(0x40, "LogVersion"), N16(0x42, "Version"), N32(0x44, "LogLength"), P64(0x48, "LogOffset")];

    private static readonly Field[] s_regions =
        [N32(0x0, "Signature"), N32(0x8, "EntryCount"), .. Repeat(2, 32, N64(0x10, "Guid"), P64(0x20, "FileOffset"), N32(0x28, "Length"), F32(0x2C, "Required"))];

    private static readonly Field[] s_metadata =
        [N64(0x0, "Signature"), N16(0xA, "EntryCount"), .. Repeat(5, 32, N64(0x20, "ItemId"), N32(0x30, "Offset"), N32(0x34, "Length"), F32(0x38, "Flags"))];

    private static readonly Field[] s_items =
        [N32(0x0, "BlockSize"), F32(0x4, "HasParent"), N64(0x8, "item at 8"), N64(0x10, "item at 16"), N32(0x18, "item at 24"), N32(0x20, "item at 32"), N32(0x24, "item at 36")];

    public static ImageMap FixedVhd(IBlockSource file) =>
        new([Footer("footer", file.Length - VhdFooter.Size), new Place("file", 0, (int)file.Length, [])], Sector);

    public static ImageMap DynamicVhd(IBlockSource file)
    {
        byte[] header = file.ReadBytes(Sector, 2 * Sector);
        long table = (long)Be.U64(header, 0x10);
        long block = Be.U32(file.ReadBytes(table, 4), 0) * (long)Sector;
        return new ImageMap(
        [
            Footer("footer at the start", 0), Footer("footer", file.Length - VhdFooter.Size),
            new Place("dynamic disk header", Sector, 2 * Sector, s_dynamicHeader, image => Seal(image, Sector, 2 * Sector, 0x24)),
            new Place("block allocation table", table, Sector, [.. Repeat(3, 4, P32(0, "entry").Big)]),
            new Place("sector bitmap", block, Sector, [F32(0, "bits"), F64(0x100, "bits in the middle")]),
        ], Sector);
    }

    public static ImageMap Vhdx(IBlockSource file)
    {
        var places = new List<Place> { new("file type identifier", 0, 64, [N64(0, "Signature")]) };
        foreach (int at in new[] { 64 * Kibi, 128 * Kibi })
            places.Add(new Place($"header at {at}", at, 4 * Kibi, s_header, image => SealCrc(image, at, 4 * Kibi)));
        foreach (int at in new[] { 192 * Kibi, 256 * Kibi })
            places.Add(new Place($"region table at {at}", at, 64 * Kibi, s_regions, image => SealCrc(image, at, 64 * Kibi)));
        byte[] regions = file.ReadBytes(192 * Kibi, 128);
        foreach (long at in new[] { 0x20, 0x40 }.Select(entry => (long)Le.U64(regions, entry)))
        {
            bool isMetadata = file.ReadBytes(at, 8).AsSpan().SequenceEqual("metadata"u8);
            places.Add(isMetadata ? new Place("metadata table", at, 32 * 7, s_metadata)
                : new Place("BAT", at, 64, [.. Repeat(3, 8, F64(0, "entry"))]));
            if (isMetadata)
                places.Add(new Place("metadata items", at + 64 * Kibi, 64, s_items));
        }

        return new ImageMap(places, Unit: 1);
    }

    private static Place Footer(string name, long at) => new(name, at, VhdFooter.Size, s_footer, image => Seal(image, at, VhdFooter.Size, 0x40));

    private static void Seal(IBlockStore image, long at, int size, int checksumAt)
    {
        byte[] bytes = image.ReadBytes(at, size);
        Be.Put32(bytes, checksumAt, VhdFooter.ChecksumOf(bytes, checksumAt));
        image.Write(at, bytes);
    }

    private static void SealCrc(IBlockStore image, long at, int size)
    {
        byte[] bytes = image.ReadBytes(at, size);
        Le.Put32(bytes, 4, 0);
        uint state = uint.MaxValue;
        for (int word = 0; word < size; word += 4)
            state = BitOperations.Crc32C(state, Le.U32(bytes, word));
        Le.Put32(bytes, 4, ~state);
        image.Write(at, bytes);
    }
}
