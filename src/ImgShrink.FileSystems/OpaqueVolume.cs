using ImgShrink.Blocks;

namespace ImgShrink.FileSystems;

/// <summary>A partition that is not looked into: all of it counts as data.</summary>
public sealed class OpaqueVolume : IVolume
{
    private const string Unknown = "unknown";

    /// <summary>A partition that nobody recognises.</summary>
    public OpaqueVolume(long bytes)
        : this(bytes, Unknown, "What is in it is not understood, so all of it is kept.")
    {
    }

    /// <summary>A partition that is known by name only.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="fileSystem">What it is.</param>
    /// <param name="why">Why all of it is kept, in a sentence.</param>
    internal OpaqueVolume(long bytes, string fileSystem, string why) =>
        (Bytes, FileSystem, Warnings) = (bytes, fileSystem, [why]);

    /// <inheritdoc/>
    public string FileSystem { get; }

    /// <summary>Whether not even the name of what is in it is known.</summary>
    public bool IsUnknown => FileSystem == Unknown;

    /// <inheritdoc/>
    public string? Label => null;

    /// <inheritdoc/>
    public string? Uuid => null;

    /// <inheritdoc/>
    public long Bytes { get; }

    /// <inheritdoc/>
    public long FreeBytes => 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings { get; }

    /// <inheritdoc/>
    public RangeSet DataRanges(CancellationToken cancel = default) => RangeSet.Of(new ByteRange(0, Bytes));
}
