using System.Globalization;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FirstBoot;

namespace ImgShrink.Pipeline;

/// <summary>What of the options shows in an output, so that one that was made with others counts as another.</summary>
internal static class OutputTraits
{
    /// <summary>The traits in words; empty for a plain shrink.</summary>
    /// <remarks>Where the output lies, and in which format, is in its name.</remarks>
    public static string Of(ShrinkOptions options) => string.Join(' ', Words(options));

    private static IEnumerable<string> Words(ShrinkOptions options)
    {
        if (options.Compression.Level is { } level)
            yield return Invariant($"level={level}");
        if (options.Compression.Seekable)
            yield return "seekable";
        if (options.Room != ShrinkRoom.Default)
            yield return Invariant($"room={options.Room}");
        if (options.ReservedShare is { } share)
            yield return Invariant($"reserved={share}");
        if (options.LargestImage is { } largest)
            yield return Invariant($"largest={largest}");
        if (options.OnlyPartition is { } number)
            yield return Invariant($"only={number}");
        if (options.Expand != ExpandLimit.Max)
            yield return options.Expand is { } limit ? Invariant($"expand={limit}") : "expand=none";
        foreach (var (isAsked, word) in Switches(options))
        {
            if (isAsked)
                yield return word;
        }
    }

    private static IEnumerable<(bool IsAsked, string Word)> Switches(ShrinkOptions options) =>
    [
        (options.TrimJournal, "trim-journal"),
        (options.AllVolumes, "all"),
        (options.ExpandNative, "expand-native"),
        (options.Generalize, "generalize"),
        (options.KeepSizes, "no-shrink"),
        (options.AllSectors, "all-sectors"),
        (options.Salvage, "salvage"),
        (!options.Verify, "unproven"),
        (options.Bmap, "bmap"),
        (options.Manifest, "manifest"),
        (options.ChecksumFile, "sha256"),
    ];

    private static string Invariant(FormattableString words) => words.ToString(CultureInfo.InvariantCulture);
}
