using ImgShrink.Blocks;
using ImgShrink.Containers.Deflate;
using ImgShrink.Containers.Unpacking;
using ImgShrink.Containers.VirtualDisks;
using ImgShrink.Containers.Xz;
using ImgShrink.Containers.Zip;
using ImgShrink.Containers.Zstd;

namespace ImgShrink.Containers;

/// <summary>What sort of file an image is, by its content; names lie too often.</summary>
/// <param name="Name">"raw", "gzip", "qcow2".</param>
/// <param name="Advice">What to do with it before it can be a source; empty for kinds that are taken as they are.</param>
public sealed record ImageKind(string Name, string Advice = "")
{
    /// <summary>Bytes from the start of a file that tell most kinds apart.</summary>
    public const int BytesToLookAt = 0x8006;

    private const int TailSize = 512;
    private const string Convert = "Convert it first: qemu-img convert -O raw";

    private static readonly ImageKind Zstd = new("zstd") { Unpack = file => new ZstdReader(file) };
    private static readonly ImageKind Zip = new("zip") { Unpack = file => new ZipReader(file) };
    private static readonly ImageKind Fixed = new("fixed vhd") { Open = file => new FixedVhd(file) };
    private static readonly ImageKind Dmg = new("dmg", "Convert it first: hdiutil convert -format UDTO, or unpack it with 7-Zip");

    private static readonly (int At, byte[] Magic, ImageKind Kind)[] Known =
    [
        (0, [0x28, 0xB5, 0x2F, 0xFD], Zstd),
        (0, [0xFD, .. "7zXZ\0"u8], new("xz") { Unpack = file => new XzReader(file) }),
        (0, [0x1F, 0x8B, 0x08], new("gzip") { Unpack = file => new GzipReader(file) }),
        (0, [.. "BZh"u8], new("bzip2") { Unpack = file => new Bzip2Reader(file) }),
        (0, [.. "PK\x03\x04"u8], Zip),
        (0, [.. "PK\x05\x06"u8], Zip), // An empty one.
        (0, [0x04, 0x22, 0x4D, 0x18], new("lz4", "Unpack it first: lz4 -d")),
        (0, [.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], new("7z", "Unpack it first: 7-Zip, or 7z x")),
        (0, [.. "Rar!\x1A\x07"u8], new("rar", "Unpack it first, with 7-Zip for instance")),
        (0, [.. "MSWIM\0\0\0"u8], new("wim", "It holds files and no disk; apply it to a disk with dism or wimlib")),
        (0, [.. "QFI"u8, 0xFB], new("qcow2", Convert)),
        (0, [.. "KDMV"u8], new("vmdk", Convert)),
        (0, [.. "# Disk DescriptorFile"u8], new("vmdk descriptor", "The image is in the file that it names")),
        (0, [.. "vhdxfile"u8], new("vhdx") { Open = Vhdx.Open }),
        (0, [.. "conectix"u8], new("vhd") { Open = DynamicVhd.Open }),
        (0x40, [0x7F, 0x10, 0xDA, 0xBE], new("vdi", Convert)),
        (0, [0x3A, 0xFF, 0x26, 0xED], new("Android sparse image", "Convert it first: simg2img")),
        (0, [.. "partclone-image"u8], new("partclone image", "Restore it first: partclone.restore -C")),
        (257, [.. "ustar"u8], new("tar", "It holds files and no disk; if one of them is an image, unpack it first: tar -xf")),
        (0x8001, [.. "CD001"u8], new("iso9660", "It is an optical disc without free space that could be left out; write it as it is")),
    ];

    /// <summary>A plain image, or anything that is not known to be something else.</summary>
    public static ImageKind Raw { get; } = new("raw") { Open = file => file };

    /// <summary>Opens a file of this kind where it lies; null where that cannot be done.</summary>
    internal Func<RawImageFile, IImageSource>? Open { get; init; }

    /// <summary>Opens a file of this kind to be unpacked; null where that cannot be done.</summary>
    internal Func<RawImageFile, PackedReader>? Unpack { get; init; }

    /// <summary>Whether the file can be taken as it is.</summary>
    public bool IsRaw => this == Raw;

    /// <summary>The kind of a file that starts with these bytes.</summary>
    /// <param name="first">The first <see cref="BytesToLookAt"/> bytes, or all of a shorter file.</param>
    public static ImageKind Of(ReadOnlySpan<byte> first)
    {
        if (StartsWithSkippableFrame(first))
            return Zstd;
        foreach (var (at, magic, kind) in Known)
        {
            // An optical image that also boots from sticks has a partition table, and an archive begins with a file's
            // name, which may be anything: both are disks where the boot sector says so.
            bool isDiskToo = at > 0 && first.Length >= 512 && first[510] == 0x55 && first[511] == 0xAA;
            if (first.Length >= at + magic.Length && first.Slice(at, magic.Length).SequenceEqual(magic) && !isDiskToo)
                return kind;
        }

        return Raw;
    }

    /// <summary>The kind of what is behind a source.</summary>
    public static ImageKind Of(IBlockSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        ImageKind kind = Of(source.ReadBytes(0, (int)Math.Min(BytesToLookAt, source.Length)));
        if (!kind.IsRaw || source.Length <= TailSize)
            return kind;
        if (FixedVhd.Recognises(source))
            return Fixed;
        return source.ReadBytes(source.Length - TailSize, TailSize).AsSpan().StartsWith("koly"u8) ? Dmg : kind;
    }

    /// <summary>
    /// Why a file of this kind is not taken as a source, in one sentence and what to do; for a kind that has an advice.
    /// </summary>
    public string Refusal(string path) => $"{path} is not a disk image that can be read as it is but a {Name} file. {Advice}.";

    /// <summary>The magics 0x184D2A50 to 0x184D2A5F; a skippable frame may stand before the first other one.</summary>
    private static bool StartsWithSkippableFrame(ReadOnlySpan<byte> first) =>
        first.Length >= 4 && (Le.U32(first, 0) & 0xFFFFFFF0) == 0x184D2A50;
}
