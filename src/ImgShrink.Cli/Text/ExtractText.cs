using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Text;

/// <summary>The report of an extraction, for people.</summary>
internal static class ExtractText
{
    private const int MostLines = 20;

    public static void Write(ExtractReport report, TextWriter into)
    {
        WriteSome(report.Renamed, each => $"Renamed: {PrintableText.OfLine(each.Path)} is {PrintableText.OfLine(each.Name)} here", into);
        WriteSome(report.Skipped, each => $"Left out: {PrintableText.OfLine(each.Path)} ({PrintableText.OfLine(each.Reason)})", into);
        string links = report.Links == 0 ? "" : $", {report.Links} links";
        into.WriteLine($"{report.Destination}: {report.Files} files in {report.Directories} folders{links}, {SizeText.Of(report.Bytes)}");
    }

    public static void Write(PartitionExtract report, TextWriter into)
    {
        into.WriteLine($"{report.Destination}: partition {report.Partition}, {SizeText.OfCard(report.ImageBytes)}, {report.ImageBytes} bytes");
        into.WriteLine($"SHA-256 of the partition: {report.Sha256}, read back and compared");
    }

    private static void WriteSome<T>(IList<T> all, Func<T, string> line, TextWriter into)
    {
        foreach (T each in all.Take(MostLines))
            into.WriteLine(line(each));
        if (all.Count > MostLines)
            into.WriteLine($"... and {all.Count - MostLines} more; --json has them all.");
    }
}
