using ImgShrink.Blocks;
using ImgShrink.Containers.Chunks;
using ImgShrink.Containers.Deflate;
using ImgShrink.Containers.Unpacking;
using ImgShrink.Containers.Zip;
using Crc32 = System.IO.Hashing.Crc32;

namespace ImgShrink.Containers;

/// <summary>The image as the only file in a .zip archive: what every system opens without another program.</summary>
public sealed class ZipContainer : IContainer
{
    /// <inheritdoc/>
    public string Name => "zip";

    /// <inheritdoc/>
    public string Extension => ".img.zip";

    /// <inheritdoc/>
    public LevelRange? Levels => GzipContainer.Range;

    /// <inheritdoc/>
    public WrittenImage Write(
        TargetView image, string path, ContainerOptions options, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(options);
        ZipEntry entry = EntryOf(image.Length, options);
        var crc = new Crc32();
        using OutputWriter file = OutputWriter.Create(path, options.KeepsPartial);
        using var writer = new ChunkWriter(
            image, file, new DeflateFormat(GzipContainer.Range.Choose(options.Level)), options, bytesDone, cancel)
        {
            ImageChecksum = crc,
        };
        return writer.Write(entry.LocalHeader(0, 0), chunks =>
        {
            long compressed = chunks.Sum(chunk => (long)chunk.FileBytes) + DeflateFormat.End.Length;
            uint sum = crc.GetCurrentHashAsUInt32();
            return (entry.LocalHeader(sum, compressed), [.. DeflateFormat.End, .. entry.Directory(sum, compressed)]);
        });
    }

    PackedReader IContainer.ReadPartial(RawImageFile file, long imageBytes, ContainerOptions options) =>
        new DeflateReader(file, EntryOf(imageBytes, options).LocalHeaderSize);

    private static ZipEntry EntryOf(long imageBytes, ContainerOptions options) => new(options.ImageName ?? "image.img", imageBytes);
}
