using ImgShrink.Blocks;

namespace ImgShrink.FileSystems;

/// <summary>What one partition holds, as far as it is understood.</summary>
public interface IVolume
{
    /// <summary>The file system's usual name: "ext4", "fat32"; "unknown" when it is not understood.</summary>
    string FileSystem { get; }

    /// <summary>The volume label; null when there is none.</summary>
    string? Label { get; }

    /// <summary>The volume's id as Linux prints it ("UUID=" in fstab); null when there is none.</summary>
    string? Uuid { get; }

    /// <summary>
    /// Bytes that the file system spans from the start of its partition; never more than the partition has.
    /// </summary>
    long Bytes { get; }

    /// <summary>Bytes of the file system that are free, by its own count.</summary>
    long FreeBytes { get; }

    /// <summary>
    /// The ranges, from the start of the partition, whose content matters; all else may be written as zeros.
    /// </summary>
    /// <remarks>Includes the file system's own structures. What is not understood counts as data.</remarks>
    /// <param name="cancel">Ends the check that has to come first.</param>
    RangeSet DataRanges(CancellationToken cancel = default);

    /// <summary>
    /// What the user should know of how the volume is kept, in sentences; empty where there is nothing to say.
    /// </summary>
    IReadOnlyList<string> Warnings { get; }
}
