using ImgShrink.Blocks;

namespace ImgShrink.FileSystems;

/// <summary>A partition that is not understood: all of it counts as data.</summary>
public sealed class OpaqueVolume(long bytes) : IVolume
{
    /// <inheritdoc/>
    public string FileSystem => "unknown";

    /// <inheritdoc/>
    public string? Label => null;

    /// <inheritdoc/>
    public string? Uuid => null;

    /// <inheritdoc/>
    public long Bytes { get; } = bytes;

    /// <inheritdoc/>
    public long FreeBytes => 0;

    /// <inheritdoc/>
    public RangeSet DataRanges() => RangeSet.Of(new ByteRange(0, Bytes));
}
