using ImgShrink.Blocks;
using ImgShrink.Devices.Reading;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Recovery;
using ImgShrink.FileSystems.Ext.Shrink;
using ImgShrink.FirstBoot;
using ImgShrink.FirstBoot.Generalizing;
using ImgShrink.FirstBoot.References;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>The image that was read.</summary>
/// <param name="Path">As it was given.</param>
/// <param name="Bytes">Its length.</param>
public sealed record SourceReport(string Path, long Bytes);

/// <summary>The partition table.</summary>
/// <param name="Kind">"mbr", "gpt" or "none".</param>
/// <param name="DiskId">Disk signature or disk GUID; null without a table.</param>
/// <param name="SectorBytes">The unit that the table counts in.</param>
/// <param name="TrailingBytes">What lies behind the last partition and the table; it is left off.</param>
public sealed record TableReport(string Kind, string? DiskId, int SectorBytes, long TrailingBytes)
{
    internal static TableReport Of(PartitionTable table) =>
        new(table.Kind, table.DiskId, table.Sector.Bytes, table.TrailingBytes);
}

/// <summary>One partition; all sizes in bytes.</summary>
/// <param name="Number">Its number, 0 for an image without a table.</param>
/// <param name="Start">First byte on the disk.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Type">The type as the table has it.</param>
/// <param name="FileSystem">What is in it.</param>
/// <param name="Label">The volume's label.</param>
/// <param name="Uuid">The volume's id.</param>
/// <param name="PartUuid">The partition's id.</param>
/// <param name="UsedBytes">In use, by the file system's own count.</param>
/// <param name="FreeBytes">Free, by the file system's own count.</param>
/// <param name="MinimumBytes">The fewest bytes it can be shrunk to; null where it cannot be shrunk.</param>
/// <param name="Floor">What that minimum is made of; null where it cannot be shrunk.</param>
/// <param name="ShrunkBytes">Its length in the output; null where it keeps its length.</param>
/// <param name="Obstacle">Why it cannot be shrunk; null where it can, or where nobody expects it.</param>
/// <param name="Recovery">
/// What was done first, because it was not unmounted cleanly; null where it was, and where it is copied as it is.
/// </param>
public sealed record PartitionReport(
    int Number, long Start, long Bytes, string Type, string FileSystem, string? Label, string? Uuid, string? PartUuid,
    long UsedBytes, long FreeBytes, long? MinimumBytes, SizeFloor? Floor, long? ShrunkBytes,
    string? Obstacle, RecoveryRecord? Recovery)
{
    internal static PartitionReport Of(CardVolume each, ShrinkPlan? plan, CancellationToken cancel) =>
        Of(each, plan, plan?.Floor ?? (each.Volume as ExtVolume)?.Floor(cancel), cancel);

    private static PartitionReport Of(CardVolume each, ShrinkPlan? plan, SizeFloor? floor, CancellationToken cancel) => new(
        each.Partition.Number,
        each.Partition.Start,
        each.Partition.Length,
        each.Partition.Type,
        each.Volume.FileSystem,
        each.Volume.Label,
        each.Volume.Uuid,
        each.Partition.Uuid,
        each.Volume.Bytes - each.Volume.FreeBytes,
        each.Volume.FreeBytes,
        floor?.Bytes,
        floor,
        plan?.View.Length,
        (each.Volume as ExtVolume)?.Obstacle ?? (each.Volume as ExtVolume)?.Damage(cancel),
        (each.Volume as ExtVolume)?.Recovery);
}

/// <summary>The operating system on the image.</summary>
/// <param name="Name">As it calls itself.</param>
/// <param name="Version">As it calls itself; null where it does not say.</param>
public sealed record OsReport(string Name, string? Version)
{
    internal static OsReport? Of(CardImage card, CancellationToken cancel) =>
        SystemFiles.Recognise(card, cancel) is { } system ? new OsReport(system.Name, system.Version) : null;
}

/// <summary>What makes the root grow on the first boot.</summary>
/// <param name="Mechanism">Such as "systemd hook" or "cloud-init"; "none" where it keeps its size.</param>
/// <param name="Grows">Whether it grows.</param>
/// <param name="Reason">Why that.</param>
public sealed record HookReport(string Mechanism, bool Grows, string Reason)
{
    internal static HookReport Of(HookDecision decision) => new(decision.Mechanism, decision.Grows, decision.Reason);
}

/// <summary>A partition that a boot file asks for.</summary>
/// <param name="Partition">The partition that holds the file.</param>
/// <param name="File">The file's path on it.</param>
/// <param name="Reference">What it asks for, such as "PARTUUID=4f1c2a77-02".</param>
/// <param name="LeadsTo">The number of the partition that is meant; null where none on the card is.</param>
public sealed record ReferenceReport(int Partition, string File, string Reference, int? LeadsTo)
{
    internal static ReferenceReport Of(FoundReference found) =>
        new(found.Partition, found.File, found.Reference.ToString(), found.Target);
}

/// <summary>A file that was taken off the card, or changed, because it belongs to one machine only.</summary>
/// <param name="Item">What it is: "SSH host keys", "logs".</param>
/// <param name="Path">Where, from the root of its volume.</param>
/// <param name="Action">"delete", "empty", or "take networks out".</param>
public sealed record GeneralizedReport(string Item, string Path, string Action)
{
    internal static IReadOnlyList<GeneralizedReport> Of(Generalization? generalization) =>
    [
        .. (generalization?.Steps ?? []).Select(step => new GeneralizedReport(step.Item, step.Path, step.Action switch
        {
            GeneralizeAction.Delete => "delete",
            GeneralizeAction.Empty => "empty",
            _ => "take networks out",
        })),
    ];
}

/// <summary>What was written, or would be.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">"raw", "zst", "xz", "gz" or "zip".</param>
/// <param name="ImageBytes">Length of the image in it.</param>
/// <param name="DataBytes">Bytes of the image that are not known to be zero.</param>
/// <param name="Bytes">Length of the file; null after a dry run.</param>
/// <param name="Sha256">SHA-256 of the image; null after a dry run.</param>
/// <param name="Verified">Whether the file was read back and compared.</param>
/// <param name="Beside">Files beside it: .bmap, .rpi-imager-manifest, .sha256.</param>
public sealed record OutputReport(
    string Path, string Format, long ImageBytes, long DataBytes, long? Bytes, string? Sha256, bool Verified,
    IReadOnlyList<string> Beside)
{
    /// <summary>The smallest label whose cards all hold the image, "16 GB"; null where none does.</summary>
    public string? FitsCards => CardLabel.SmallestFor(ImageBytes)?.Name;

    internal static OutputReport Planned(OutputName output, TargetView target) =>
        new(output.Path, output.Format.Name, target.Length, target.Data.TotalBytes, null, null, Verified: false, Beside: []);
}

/// <summary>The outcome of a shrink.</summary>
public sealed record ShrinkReport
{
    /// <summary>The image that was read.</summary>
    public required SourceReport Source { get; init; }

    /// <summary>Its partition table.</summary>
    public required TableReport Table { get; init; }

    /// <summary>Its partitions.</summary>
    public required IReadOnlyList<PartitionReport> Partitions { get; init; }

    /// <summary>The system on it; null when none was recognised.</summary>
    public required OsReport? Os { get; init; }

    /// <summary>What the first boot does.</summary>
    public required HookReport Hook { get; init; }

    /// <summary>The partitions that boot files ask for, and where that leads in the output.</summary>
    public required IReadOnlyList<ReferenceReport> References { get; init; }

    /// <summary>What was taken off the card, where that was asked for.</summary>
    public required IReadOnlyList<GeneralizedReport> Generalized { get; init; }

    /// <summary>What was written.</summary>
    public required OutputReport Output { get; init; }

    /// <summary>How the source itself was changed; null where an output was written.</summary>
    public InPlaceReport? InPlace { get; init; }

    /// <summary>What was going to be read of a card, and how fast it began; null for a file.</summary>
    public ReadForecast? Forecast { get; init; }

    /// <summary>What a card could not give; null where it gave everything.</summary>
    public UnreadableReport? Unreadable { get; init; }

    /// <summary>Bytes of the image's data that an earlier capture, which was stopped, had read already; 0 where there was none.</summary>
    public long ResumedBytes { get; init; }

    /// <summary>Bytes read from the source, those read twice counted twice.</summary>
    public long BytesRead { get; init; }

    /// <summary>How long it took.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>What the user should know, in sentences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
