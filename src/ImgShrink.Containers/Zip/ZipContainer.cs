using System.IO.Compression;
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

    /// <inheritdoc/>
    public void Prove(
        string path, WrittenImage expected, ContainerOptions options, IProgress<long>? bytesDone,
            CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(options);
        if (expected.Chunks is null)
            expected.ThrowUnlessSame(Digest(path, bytesDone, cancel), path);
        else
            ChunkProof.Prove(
                path, expected, new DeflateFormat(GzipContainer.Range.Choose(options.Level)), options, bytesDone, cancel);
    }

    PackedReader IContainer.ReadPartial(RawImageFile file, long imageBytes, ContainerOptions options) =>
        new DeflateReader(file, EntryOf(imageBytes, options).LocalHeaderSize);

    /// <inheritdoc/>
    public ImageDigest Digest(string path, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            return archive.Entries is [var entry]
                ? Digest(entry, bytesDone, cancel)
                : throw new InvalidDataException($"it holds {archive.Entries.Count} files, and not one image.");
        }
        catch (InvalidDataException damage)
        {
            throw new VerificationException($"{path} is damaged, or no .zip file of an image: {damage.Message}");
        }
    }

    private static ZipEntry EntryOf(long imageBytes, ContainerOptions options) => new(options.ImageName ?? "image.img", imageBytes);

    /// <remarks>.NET compares neither the length nor the CRC-32.</remarks>
    private static ImageDigest Digest(ZipArchiveEntry entry, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        var crc = new Crc32();
        using Stream content = entry.Open();
        ImageDigest image = DecodedImage.Digest(
            piece =>
            {
                int count = content.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
                crc.Append(piece.AsSpan(0, count));
                return count;
            },
            bytesDone, cancel);
        return image.ImageBytes == entry.Length && crc.GetCurrentHashAsUInt32() == entry.Crc32
            ? image
            : throw new InvalidDataException("its length or its CRC-32 does not match.");
    }
}
