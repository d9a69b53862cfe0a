using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>What sort of file an image is, by its first bytes; names lie too often.</summary>
/// <param name="Name">"raw", "gzip", "qcow2".</param>
/// <param name="Advice">What to do with it before it can be a source; empty for raw.</param>
public sealed record ImageKind(string Name, string Advice)
{
    /// <summary>Bytes from the start of a file that tell all kinds apart.</summary>
    public const int BytesToLookAt = 0x8006;

    private const string Unpack7Zip = "Unpack it first, with 7-Zip for instance";

    private static readonly (int At, byte[] Magic, ImageKind Kind)[] Known =
    [
        (0, [0x28, 0xB5, 0x2F, 0xFD], new("zstd", "Unpack it first: zstd -d, or 7-Zip 24.07 or newer")),
        (0, [0x5E, 0x2A, 0x4D, 0x18], new("zstd", "Unpack it first: zstd -d, or 7-Zip 24.07 or newer")),
            // Starts with a skippable frame.
        (0, [0xFD, .. "7zXZ\0"u8], new("xz", "Unpack it first: xz -d, or 7-Zip")),
        (0, [0x1F, 0x8B, 0x08], new("gzip", "Unpack it first: gzip -d, or 7-Zip")),
        (0, [.. "BZh"u8], new("bzip2", "Unpack it first: bzip2 -d, or 7-Zip")),
        (0, [0x04, 0x22, 0x4D, 0x18], new("lz4", "Unpack it first: lz4 -d")),
        (0, [.. "PK\x03\x04"u8], new("zip", "Unpack the image in it first")),
        (0, [.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], new("7z", Unpack7Zip)),
        (0, [.. "Rar!\x1A\x07"u8], new("rar", Unpack7Zip)),
        (0, [.. "QFI"u8, 0xFB], new("qcow2", "Convert it first: qemu-img convert -O raw")),
        (0, [.. "KDMV"u8], new("vmdk", "Convert it first: qemu-img convert -O raw")),
        (0, [.. "# Disk DescriptorFile"u8], new("vmdk descriptor", "The image is in the file that it names")),
        (0, [.. "vhdxfile"u8], new("vhdx", "Convert it first: qemu-img convert -O raw")),
        (0, [.. "conectix"u8], new("vhd", "Convert it first: qemu-img convert -f vpc -O raw")),
        (0x40, [0x7F, 0x10, 0xDA, 0xBE], new("vdi", "Convert it first: qemu-img convert -O raw")),
        (0, [0x3A, 0xFF, 0x26, 0xED], new("Android sparse image", "Convert it first: simg2img")),
        (0, [.. "partclone-image"u8], new("partclone image", "Restore it first: partclone.restore -C")),
        (0x8001, [.. "CD001"u8], new("iso9660", "It has no free space that could be left out; write it as it is")),
    ];

    /// <summary>A plain image, or anything that is not known to be something else.</summary>
    public static ImageKind Raw { get; } = new("raw", "");

    /// <summary>Whether the file can be taken as it is.</summary>
    public bool IsRaw => this == Raw;

    /// <summary>The kind of a file that starts with these bytes.</summary>
    /// <param name="first">The first <see cref="BytesToLookAt"/> bytes, or all of a shorter file.</param>
    public static ImageKind Of(ReadOnlySpan<byte> first)
    {
        foreach (var (at, magic, kind) in Known)
        {
            // An optical image that also boots from sticks has a partition table: it is both, and taken as a disk.
            bool isDiskToo = kind.Name == "iso9660" && first.Length >= 512 && first[510] == 0x55 && first[511] == 0xAA;
            if (first.Length >= at + magic.Length && first.Slice(at, magic.Length).SequenceEqual(magic) && !isDiskToo)
                return kind;
        }

        return Raw;
    }

    /// <summary>The kind of what is behind a source.</summary>
    public static ImageKind Of(IBlockSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Of(source.ReadBytes(0, (int)Math.Min(BytesToLookAt, source.Length)));
    }

    /// <summary>
    /// Why a file of this kind is not taken as a source, in one sentence and what to do; for a kind that is not raw.
    /// </summary>
    public string Refusal(string path) => $"{path} is a {Name} file, and a plain image is needed. {Advice}.";
}
