using ImgShrink.FileSystems;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Fat;

namespace ImgShrink.Pipeline.Verify;

/// <summary>The outcome of a verification.</summary>
public sealed record VerifyReport
{
    /// <summary>The image, and the length that it has unpacked.</summary>
    public required SourceReport Source { get; init; }

    /// <summary>Its partition table.</summary>
    public required TableReport Table { get; init; }

    /// <summary>Its volumes, in the order of the table.</summary>
    public required IReadOnlyList<VolumeVerdict> Volumes { get; init; }

    /// <summary>What its boot files ask for; those that lead nowhere are among the warnings.</summary>
    public required IReadOnlyList<ReferenceReport> References { get; init; }

    /// <summary>SHA-256 of the image, unpacked.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The checksums that it was compared with.</summary>
    public required IReadOnlyList<ChecksumVerdict> Checksums { get; init; }

    /// <summary>The block map that it was compared with; null where there was none.</summary>
    public required BlockMapVerdict? BlockMap { get; init; }

    /// <summary>What the files were compared with; null where nothing was named.</summary>
    public required ComparisonVerdict? Comparison { get; init; }

    /// <summary>Bytes read from the image's file.</summary>
    public required long BytesRead { get; init; }

    /// <summary>How long it took.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>What the user should know, in sentences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Whether a volume is damaged.</summary>
    public bool IsDamaged => Volumes.Any(volume => volume.Damage is not null);

    /// <summary>Whether it is something else than what it was compared with.</summary>
    public bool IsDifferent => Checksums.Any(each => each.Matches is null) || BlockMap is { IsSame: false }
        || Comparison is { DifferenceCount: > 0 };
}

/// <summary>What one volume was found to be.</summary>
/// <param name="Number">The number of its partition, 0 for an image without a table.</param>
/// <param name="FileSystem">What is in it.</param>
/// <param name="Label">Its label.</param>
/// <param name="IsChecked">Whether everything in it was checked; false where that is not understood.</param>
/// <param name="Damage">What is wrong, in a sentence; null where nothing is.</param>
/// <param name="Note">What else there is to say, in a sentence; null for nothing.</param>
public sealed record VolumeVerdict(
    int Number, string FileSystem, string? Label, bool IsChecked, string? Damage, string? Note)
{
    internal static VolumeVerdict Of(CardVolume each, CancellationToken cancel)
    {
        IVolume volume = each.Volume;
        var (isChecked, damage, note) = volume switch
        {
            _ when each.Damage is { } broken => (true, broken.Message, null),
            ExtVolume { Obstacle: { } obstacle } => (false, null, obstacle),
            ExtVolume ext => (true, ext.Damage(cancel), ext.Recovery is null ? ext.Remark(cancel)
                : "It was not unmounted cleanly; it was checked as the next mount would leave it."),
            FatVolume fat => (true, fat.Damage, null),
            OpaqueVolume { IsUnknown: true } => (false, null, "What is in it is not understood."),
            _ => (false, null, (string?)"Only ext and FAT volumes are checked."),
        };
        return new VolumeVerdict(each.Partition.Number, volume.FileSystem, volume.Label, isChecked, damage, note);
    }
}

/// <summary>What became of one published checksum.</summary>
/// <param name="Origin">The file that holds it, or the option that gave it.</param>
/// <param name="Algorithm">"md5", "sha1", "sha256" or "sha512".</param>
/// <param name="Expected">Its digits.</param>
/// <param name="Matches">"file", "image", or null for neither.</param>
public sealed record ChecksumVerdict(string Origin, string Algorithm, string Expected, string? Matches);

/// <summary>What became of a block map.</summary>
/// <param name="Path">Its file.</param>
/// <param name="ImageBytes">Length of the image that it is of.</param>
/// <param name="Ranges">How many ranges it has with a checksum; some maps have none.</param>
/// <param name="IsSame">Whether length and all of these ranges are those of the image.</param>
/// <param name="DifferentBlocks">The first blocks of ranges that differ, ten at most.</param>
public sealed record BlockMapVerdict(
    string Path, long ImageBytes, int Ranges, bool IsSame, IReadOnlyList<long> DifferentBlocks);

/// <summary>How the files differ from those of another image.</summary>
/// <param name="Source">The other image.</param>
/// <param name="Objects">Files, directories, links and devices compared.</param>
/// <param name="DifferenceCount">How many of them differ, those of the first boot left out.</param>
/// <param name="Differences">The first of these.</param>
/// <param name="FirstBoot">What differs because a shrink arms the first boot.</param>
public sealed record ComparisonVerdict(
    string Source, long Objects, long DifferenceCount, IReadOnlyList<Difference> Differences,
    IReadOnlyList<Difference> FirstBoot);
