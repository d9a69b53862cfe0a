using ImgShrink.Blocks;
using ImgShrink.Containers.Chunks;
using ImgShrink.Containers.Deflate;
using ImgShrink.Containers.Unpacking;
using Crc32 = System.IO.Hashing.Crc32;

namespace ImgShrink.Containers;

/// <summary>The image as one member of a .gz file: what the oldest tools read.</summary>
/// <remarks>
/// Spec: RFC 1952. One member, because some flashing tools stop behind the first. Its length is kept modulo 4 GiB only.
/// </remarks>
public sealed class GzipContainer : IContainer
{
    private const int HeaderSize = 10;

    /// <inheritdoc/>
    public string Name => "gz";

    /// <inheritdoc/>
    public string Extension => ".img.gz";

    /// <inheritdoc/>
    public LevelRange? Levels => Range;

    internal static LevelRange Range { get; } = new(Lowest: 1, Default: 6, Highest: 9);

    /// <inheritdoc/>
    public string? CautionAbout(long imageBytes) => imageBytes > uint.MaxValue
        ? "A .gz file keeps the length of an image only up to 4 GiB, and this one is longer: some flashing tools write a part of it, "
            + "or refuse it. .zst and .xz have no such limit."
        : null;

    /// <inheritdoc/>
    public WrittenImage Write(
        TargetView image, string path, ContainerOptions options, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(options);
        int level = Range.Choose(options.Level);
        var crc = new Crc32();
        using OutputWriter file = OutputWriter.Create(path, options.KeepsPartial);
        using var writer = new ChunkWriter(image, file, new DeflateFormat(level), options, bytesDone, cancel)
        {
            ImageChecksum = crc,
        };
        return writer.Write(Header(level), _ => (Header(level), Trailer(crc.GetCurrentHashAsUInt32(), image.Length)));
    }

    PackedReader IContainer.ReadPartial(RawImageFile file, long imageBytes, ContainerOptions options) => new GzipReader(file);

    private static byte[] Header(int level)
    {
        const byte deflate = 8, unknownSystem = 255;
        byte flags = (byte)(level == Range.Highest ? 2 : level == Range.Lowest ? 4 : 0); // XFL: slowest, fastest
        return [0x1F, 0x8B, deflate, 0, 0, 0, 0, 0, flags, unknownSystem]; // ID1, ID2, CM, FLG, MTIME, XFL, OS
    }

    private static byte[] Trailer(uint crc, long length)
    {
        var trailer = new byte[DeflateFormat.End.Length + 8];
        DeflateFormat.End.CopyTo(trailer);
        Le.Put32(trailer, DeflateFormat.End.Length, crc); // CRC32
        Le.Put32(trailer, DeflateFormat.End.Length + 4, unchecked((uint)length)); // ISIZE
        return trailer;
    }
}
