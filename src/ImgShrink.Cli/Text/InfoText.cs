using ImgShrink.Pipeline;
using Spectre.Console;

namespace ImgShrink.Cli.Text;

/// <summary>What is on an image, for people: one screen.</summary>
internal static class InfoText
{
    private const long SmallestNamed = 1_000_000;

    /// <summary>Writes the report.</summary>
    /// <param name="report">What is on the image.</param>
    /// <param name="into">Where to.</param>
    /// <param name="terminal">The terminal behind it; null for a file.</param>
    public static void Write(InfoReport report, TextWriter into, IAnsiConsole? terminal)
    {
        string table = report.Table.Kind == "none" ? "no partition table: one volume, which does not boot by itself"
            : $"{report.Table.Kind.ToUpperInvariant()} {report.Table.DiskId}";
        into.WriteLine($"{report.Source.Path}: {SizeText.OfCard(report.Source.Bytes)}, {report.Source.Bytes} bytes, {table}");
        if (report.Os is { } os)
            into.WriteLine(PrintableText.OfLine($"System: {os.Name} {os.Version}".TrimEnd()));
        if (terminal is null)
            DiskBar.Write(report.Source.Bytes, report.Partitions, into);
        else
            DiskBar.Write(report.Source.Bytes, report.Partitions, terminal);
        VolumeTable.Write(report.Partitions, into);
        if (report.Table.TrailingBytes > 0)
            into.WriteLine($"Behind the last partition: {SizeText.Of(report.Table.TrailingBytes)}, which are left off");
        CardFolder[] folders = [.. report.LargestFolders.Where(each => each.Bytes >= SmallestNamed)];
        if (folders.Length > 0)
            into.WriteLine($"Largest folders: {string.Join(", ", folders.Select(Named))}");
        into.WriteLine($"First boot after a shrink: {report.Hook.Mechanism} ({report.Hook.Reason})");
        ReferenceText.Write(report.References, into);
        NotesText.Write(report.Warnings, into);
        into.WriteLine();
        bool canShrink = report.Partitions.Any(each => each.MinimumBytes is not null);
        into.WriteLine(canShrink
            ? $"The image can be shrunk to {SizeText.Of(report.MinimumImageBytes)} (--free 0), or some 20 MB more with room to boot; "
                + "less when compressed. Type:"
            : "Nothing on it can be shrunk, but it can be compressed. Type:");
        into.WriteLine($"  imgshrink shrink {Quote(report.Source.Path)}{(canShrink ? "" : " --no-shrink")}");
    }

    private static string Named(CardFolder each)
    {
        string place = PrintableText.OfLine(each.Partition == 0 ? each.Path : $"{each.Partition}:{each.Path}");
        return $"{place} ({SizeText.Of(each.Bytes)})";
    }

    private static string Quote(string path) => path.Contains(' ') ? $"\"{path}\"" : path;
}
