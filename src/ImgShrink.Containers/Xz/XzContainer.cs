using ImgShrink.Blocks;
using ImgShrink.Containers.Chunks;
using ImgShrink.Containers.Unpacking;
using ImgShrink.Containers.Xz;

namespace ImgShrink.Containers;

/// <summary>The image as one .xz stream of many blocks, with their sizes in their headers: small, and slow to make.</summary>
/// <remarks>
/// One stream, because some flashing tools stop behind the first. Many blocks, because they can be compressed and
/// decoded on all cores; but not too many, because some tools keep the index on their stack.
/// </remarks>
public sealed class XzContainer : IContainer
{
    /// <inheritdoc/>
    public string Name => "xz";

    /// <inheritdoc/>
    public string Extension => ".img.xz";

    /// <inheritdoc/>
    /// <remarks>The presets of xz. At 9 the dictionary has 64 MiB, which is what flashing tools take at most.</remarks>
    public LevelRange? Levels => Range;

    private static LevelRange Range { get; } = new(Lowest: 0, Default: 6, Highest: 9);

    /// <inheritdoc/>
    public WrittenImage Write(
        TargetView image, string path, ContainerOptions options, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(options);
        int level = Range.Choose(options.Level);
        LibLzma.ThrowIfMissing();
        using OutputWriter file = OutputWriter.Create(path, options.KeepsPartial);
        using var writer = new ChunkWriter(image, file, new XzFormat(level), options, bytesDone, cancel);
        return writer.Write(XzStructures.StreamHeader(), chunks => (XzStructures.StreamHeader(), XzStructures.IndexAndFooter(
            [.. chunks.Select(chunk => (chunk.FileBytes - chunk.Padding, chunk.ImageBytes))])));
    }

    PackedReader IContainer.ReadPartial(RawImageFile file, long imageBytes, ContainerOptions options) => new XzReader(file);
}
