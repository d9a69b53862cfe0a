using ImgShrink.Blocks;
using ImgShrink.Containers.Chunks;
using ImgShrink.Containers.Unpacking;
using ImgShrink.Containers.Zstd;

namespace ImgShrink.Containers;

/// <summary>
/// The image as one zstd frame, with its size in the header and a checksum: what every flashing tool reads.
/// </summary>
/// <remarks>
/// One frame, although the chunks in it are compressed side by side: flashing tools take the size from the first frame,
/// and some stop behind it. How chunks become one frame is told at <see cref="ChunkCutter"/>. For archives, where parts
/// are to be read alone, <see cref="ContainerOptions.Seekable"/> makes many.
/// </remarks>
public sealed class ZstdContainer : IContainer
{
    /// <inheritdoc/>
    public string Name => "zst";

    /// <inheritdoc/>
    public string Extension => ".img.zst";

    /// <inheritdoc/>
    /// <remarks>Levels above 19 gain only from windows that small computers cannot decode.</remarks>
    public LevelRange? Levels => Range;

    private static LevelRange Range { get; } = new(Lowest: 1, Default: 3, Highest: 19);

    /// <inheritdoc/>
    public WrittenImage Write(
        TargetView image, string path, ContainerOptions options, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(options);
        int level = Range.Choose(options.Level);
        LibZstd.ThrowIfMissing();
        using OutputWriter file = OutputWriter.Create(path, options.KeepsPartial);
        if (options.Seekable)
        {
            using var frames = new ChunkWriter(image, file, new SeekableFormat(level), options, bytesDone, cancel);
            return frames.Write([], chunks => ([], SeekableFormat.SeekTable(chunks)));
        }

        using var writer = new FrameWriter(image, file, level, options, bytesDone, cancel);
        return writer.Write();
    }

    PackedReader IContainer.ReadPartial(RawImageFile file, long imageBytes, ContainerOptions options) => new ZstdReader(file);
}
