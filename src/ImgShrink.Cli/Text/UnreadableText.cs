using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Text;

/// <summary>What a card could not give, for people.</summary>
internal static class UnreadableText
{
    private const int MostFiles = 20;

    public static void Write(UnreadableReport unreadable, TextWriter into)
    {
        into.WriteLine(
            $"WARNING: {SizeText.Of(unreadable.Bytes)} in {unreadable.Ranges.Count} places of the card could not be read; there are zeros in the image.");
        into.WriteLine(unreadable.Files.Count == 0
            ? "  No file that was found has a part there."
            : "  Damaged by that (partition, file):");
        foreach (string file in unreadable.Files.Take(MostFiles))
            into.WriteLine($"    {PrintableText.OfLine(file)}");
        if (unreadable.Files.Count > MostFiles)
            into.WriteLine($"    and {unreadable.Files.Count - MostFiles} more; --json lists all.");
        if (unreadable.MapFile is { } map)
            into.WriteLine($"  Map of the places: {map}");
    }
}
