using ImgShrink.Blocks;
using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The structures of files that are read from front to back; all of each can be hit by noise, too.</summary>
internal static class PackedMaps
{
    private const int StreamHeader = 12;

    /// <remarks>Spec: RFC 8878, 3.1.1; names are its. The frame header is as long as its descriptor says.</remarks>
    private static readonly Field[] s_zstd =
    [
        N32(0x0, "Magic_Number"), F8(0x4, "Frame_Header_Descriptor"), N8(0x5, "Window_Descriptor"), N32(0x6, "Frame_Content_Size"),
        N8(0x9, "Block_Header, or before it"), N16(0xA, "Block_Header, further"), N64(0x10, "the block's content"),
    ];

    /// <remarks>Spec: The .xz File Format 1.2.0; names are its.</remarks>
    private static readonly Field[] s_xzHeader = [N32(0x0, "Header Magic Bytes"), F16(0x6, "Stream Flags"), N32(0x8, "CRC32")];

    private static readonly Field[] s_xzBlock = [N8(0x0, "Block Header Size"), F8(0x1, "Block Flags"), N64(0x2, "Sizes and Filter Flags"), N32(0x8, "padding or CRC32")];

    private static readonly Field[] s_xzFooter = [N32(0x0, "CRC32"), N32(0x4, "Backward Size"), F16(0x8, "Stream Flags"), N16(0xA, "Footer Magic Bytes")];

    /// <remarks>Spec: RFC 1952, 2.3; names are its.</remarks>
    private static readonly Field[] s_gzip = [N16(0x0, "ID1 and ID2"), N8(0x2, "CM"), F8(0x3, "FLG"), N32(0x4, "MTIME"), N8(0x8, "XFL"), N8(0x9, "OS"), N64(0x12, "deflate")];

    private static readonly Field[] s_gzipEnd = [N32(0x0, "CRC32"), N32(0x4, "ISIZE")];

    /// <remarks>Spec: none; names are those of the bzip2 sources.</remarks>
    private static readonly Field[] s_bzip2 =
        [N16(0x0, "magic"), N8(0x3, "level"), N32(0x4, "block magic"), N32(0xA, "block CRC"), F8(0xE, "randomised"), N32(0xF, "origPtr"), N64(0x12, "symbol map")];

    public static ImageMap Zstd(IBlockSource file) =>
        Of(file, new Place("frame", FirstOf(file, [0x28, 0xB5, 0x2F, 0xFD]), 24, s_zstd), new Place("frame at the start", 0, 24, s_zstd), End(file, "checksum", 4));

    public static ImageMap Xz(IBlockSource file) => Of(file,
        new Place("stream header", 0, StreamHeader, s_xzHeader, image => SealCrc(image, 6, 2, 8)),
        new Place("block header", StreamHeader, 12, s_xzBlock, image => SealCrc(image, StreamHeader, 8, StreamHeader + 8)),
        new Place("index", file.Length - 2 * StreamHeader, StreamHeader, [N32(0, "records"), N32(4, "records, further"), N32(8, "CRC32")]),
        new Place("stream footer", file.Length - StreamHeader, StreamHeader, s_xzFooter,
            image => SealCrc(image, image.Length - 8, 6, image.Length - StreamHeader)));

    public static ImageMap Gzip(IBlockSource file) => Of(file, new Place("member", 0, 32, s_gzip), new Place("end of the member", file.Length - 8, 8, s_gzipEnd));

    public static ImageMap Bzip2(IBlockSource file) => Of(file, new Place("stream", 0, 32, s_bzip2), End(file, "end of the stream", 10));

    private static ImageMap Of(IBlockSource file, params Place[] places) =>
        new([.. places, new Place("file", 0, (int)file.Length, [])], Unit: 1);

    private static Place End(IBlockSource file, string name, int bytes) => new(name, file.Length - bytes, bytes, [N32(0, name)]);

    private static long FirstOf(IBlockSource file, byte[] magic) => file.ReadBytes(0, (int)file.Length).AsSpan().LastIndexOf(magic);

    private static void SealCrc(IBlockStore image, long at, int bytes, long checksumAt)
    {
        byte[] sum = new byte[4];
        Le.Put32(sum, 0, Crc32.Of(image.ReadBytes(at, bytes)));
        image.Write(checksumAt, sum);
    }
}
