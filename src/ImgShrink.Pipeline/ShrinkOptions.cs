using ImgShrink.Containers;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FirstBoot;

namespace ImgShrink.Pipeline;

/// <summary>What a shrink is asked to do.</summary>
public sealed record ShrinkOptions
{
    /// <summary>The image to read.</summary>
    public required string Source { get; init; }

    /// <summary>The file to write; null puts it beside the source (<see cref="OutputName"/>).</summary>
    public string? Output { get; init; }

    /// <summary>The format; null lets the output's name decide, and is zst where that says nothing.</summary>
    public IContainer? Format { get; init; }

    /// <summary>Level and threads of the compression.</summary>
    public ContainerOptions Compression { get; init; } = ContainerOptions.Default;

    /// <summary>Room to leave in the file system that is shrunk.</summary>
    public ShrinkRoom Room { get; init; } = ShrinkRoom.Default;

    /// <summary>
    /// The share of the shrunk file system that only root may fill, 0 to 0.5; null leaves it as it is.
    /// </summary>
    public double? ReservedShare { get; init; }

    /// <summary>
    /// The image may have at most this many bytes, and becomes as large as that allows; null for as small as possible.
    /// </summary>
    public long? LargestImage { get; init; }

    /// <summary>Makes the journal of what is shrunk as short as it may be.</summary>
    public bool TrimJournal { get; init; }

    /// <summary>Shrinks the volume in this partition; null for the one that gives most.</summary>
    public int? OnlyPartition { get; init; }

    /// <summary>Shrinks every ext volume, not only the one that gives most.</summary>
    public bool AllVolumes { get; init; }

    /// <summary>How far the first boot grows the root; null for not at all.</summary>
    public ExpandLimit? Expand { get; init; } = ExpandLimit.Max;

    /// <summary>Prefers the system's own way to grow on the first boot, where it has one.</summary>
    public bool ExpandNative { get; init; }

    /// <summary>Takes what belongs to one machine only off the root that is shrunk, and off the boot volume.</summary>
    public bool Generalize { get; init; }

    /// <summary>Leaves every volume at its size, and only skips free space.</summary>
    public bool KeepSizes { get; init; }

    /// <summary>Takes every sector as data, and leaves every volume at its size.</summary>
    public bool AllSectors { get; init; }

    /// <summary>Goes on with an image that ends before its partitions do, as long as nothing in use is missing.</summary>
    public bool Salvage { get; init; }

    /// <summary>Reads the output back before it gets its name.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Writes a <c>.bmap</c> beside the output.</summary>
    public bool Bmap { get; init; }

    /// <summary>Writes a <c>.rpi-imager-manifest</c> beside the output.</summary>
    public bool Manifest { get; init; }

    /// <summary>Writes a <c>.sha256</c> beside the output.</summary>
    public bool ChecksumFile { get; init; }

    /// <summary>Makes the source itself small, behind a journal; there is no output then.</summary>
    public bool InPlace { get; init; }

    /// <summary>Plans only; writes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Goes on with a capture to the same output that was stopped; begins where there is none.</summary>
    public bool Resume { get; init; }

    /// <summary>Replaces an output that exists.</summary>
    public bool Overwrite { get; init; }
}
