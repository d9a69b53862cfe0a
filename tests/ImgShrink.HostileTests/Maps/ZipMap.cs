using ImgShrink.Blocks;
using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The headers of a zip.</summary>
/// <remarks>Spec: PKWARE APPNOTE 6.3.10, section 4.3; names are its.</remarks>
internal static class ZipMap
{
    private static readonly (uint Signature, string Name, int Bytes, Field[] Fields)[] s_headers =
    [
        (0x04034B50, "local file header", 30,
        [
            N16(0x4, "version needed"), F16(0x6, "general purpose bit flag"), N16(0x8, "compression method"), N32(0xE, "crc-32"),
            N32(0x12, "compressed size"), N32(0x16, "uncompressed size"), N16(0x1A, "file name length"), N16(0x1C, "extra field length"),
        ]),
        (0x02014B50, "central file header", 46,
        [
            F16(0x8, "general purpose bit flag"), N16(0xA, "compression method"), N32(0x10, "crc-32"), N32(0x14, "compressed size"),
            N32(0x18, "uncompressed size"), N16(0x1C, "file name length"), N16(0x1E, "extra field length"), N16(0x20, "file comment length"),
            N16(0x22, "disk number start"), P32(0x2A, "relative offset of local header"),
        ]),
        (0x06064B50, "zip64 end of central directory", 56,
        [
            N64(0x4, "size of this record"), N32(0x10, "number of this disk"), N64(0x18, "entries on this disk"), N64(0x20, "entries"),
            N64(0x28, "size of the central directory"), P64(0x30, "offset of it"),
        ]),
        (0x07064B50, "zip64 end locator", 20, [N32(0x4, "disk"), P64(0x8, "offset of the record"), N32(0x10, "number of disks")]),
        (0x06054B50, "end of central directory", 22,
        [
            N16(0x4, "number of this disk"), N16(0x6, "disk of the directory"), N16(0x8, "entries on this disk"), N16(0xA, "entries"),
            N32(0xC, "size of the central directory"), P32(0x10, "offset of it"), N16(0x14, "comment length"),
        ]),
        (0x08074B50, "data descriptor", 16, [N32(0x4, "crc-32"), N32(0x8, "compressed size"), N32(0xC, "uncompressed size")]),
    ];

    public static ImageMap Of(IBlockSource file)
    {
        byte[] bytes = file.ReadBytes(0, (int)file.Length);
        var places = new List<Place> { new("file", 0, bytes.Length, []) };
        for (int at = 0; at < bytes.Length - 4; at++)
            foreach (var (signature, name, size, fields) in s_headers)
                if (Le.U32(bytes, at) == signature && at + size <= bytes.Length)
                    places.Add(new Place(name, at, size, [N32(0, "signature"), .. fields]));
        return new ImageMap(places, Unit: 1);
    }
}
