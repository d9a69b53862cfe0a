using ImgShrink.Pipeline.Verify;

namespace ImgShrink.Cli.Text;

/// <summary>The report of a verification, for people: what was checked, a line each, and the verdict.</summary>
internal static class VerifyText
{
    private const int MostDifferences = 20;

    public static void Write(VerifyReport report, TextWriter into)
    {
        into.WriteLine($"{report.Source.Path}: an image of {SizeText.OfCard(report.Source.Bytes)}, {report.Source.Bytes} bytes");
        foreach (VolumeVerdict each in report.Volumes)
            Write(each, into);
        into.WriteLine($"SHA-256 of the image: {report.Sha256}");
        foreach (ChecksumVerdict each in report.Checksums)
            into.WriteLine($"{each.Origin}: {(each.Matches is null ? $"DIFFERS: {each.Algorithm} {each.Expected} is neither the file's nor the image's" : $"right, it is the {each.Algorithm} of the {each.Matches}")}");
        if (report.BlockMap is { } map)
            into.WriteLine($"{map.Path}: {(map.IsSame ? WhatIsSame(map) : WhatDiffers(map, report.Source.Bytes))}");
        if (report.Comparison is { } comparison)
            Write(comparison, into);
        NotesText.Write(report.Warnings, into);
        into.WriteLine();
        into.WriteLine(report.IsDamaged ? "The image is DAMAGED."
            : report.IsDifferent ? "The image is NOT what it was compared with."
            : report.Volumes.All(each => each.IsChecked) ? "The image is sound."
            : "Nothing is wrong with what could be checked.");
    }

    private static void Write(VolumeVerdict each, TextWriter into)
    {
        string state = each.Damage is not null ? "DAMAGED" : each.IsChecked ? "sound" : "not checked";
        into.WriteLine($"  {(each.Number == 0 ? "volume" : $"{each.Number}"),-3} {each.FileSystem,-8} {PrintableText.OfLine(each.Label ?? ""),-12} {state}");
        foreach (string? sentence in (string?[])[each.Damage, each.Note])
        {
            if (sentence is not null)
                into.WriteLine($"      {PrintableText.OfLines(sentence)}");
        }
    }

    private static void Write(ComparisonVerdict comparison, TextWriter into)
    {
        into.WriteLine(comparison.DifferenceCount == 0
            ? $"{comparison.Source}: the same {comparison.Objects} files, directories and links"
            : $"{comparison.Source}: {comparison.DifferenceCount} of {comparison.Objects} objects DIFFER");
        foreach (Difference each in comparison.Differences.Take(MostDifferences))
            into.WriteLine(PrintableText.OfLine($"      {Place(each)} {each.What}"));
        if (comparison.DifferenceCount > MostDifferences)
            into.WriteLine($"      and {comparison.DifferenceCount - MostDifferences} more");
        if (comparison.FirstBoot.Count > 0)
            into.WriteLine($"  Besides, for the first boot: {string.Join(", ", comparison.FirstBoot.Select(Place).Select(PrintableText.OfLine))}");
    }

    private static string WhatIsSame(BlockMapVerdict map) =>
        map.Ranges == 0 ? "holds no checksums; the length is that of the image" : $"right, all {map.Ranges} ranges";

    private static string WhatDiffers(BlockMapVerdict map, long imageBytes) => map.ImageBytes != imageBytes
        ? $"DIFFERS: it is of an image of {map.ImageBytes} bytes"
        : $"DIFFERS: the ranges that begin with block {string.Join(", ", map.DifferentBlocks)}{(map.DifferentBlocks.Count == 10 ? ", ..." : "")}";

    private static string Place(Difference each) =>
        $"{(each.Partition == 0 ? "the volume" : $"partition {each.Partition}")}{(each.Path.Length == 0 ? "" : ":")}{each.Path}";
}
