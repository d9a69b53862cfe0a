using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Text;

/// <summary>The report of a write, for people.</summary>
internal static class WriteText
{
    public static void Write(WriteReport report, TextWriter into)
    {
        bool isDryRun = report.BytesWritten == 0;
        into.WriteLine($"{report.Source.Path}: {SizeText.Of(report.Source.Bytes)}");
        PartitionText.Write(report.Partitions, into);
        NotesText.Write(report.Warnings, into);
        if (report.Unreadable is { } unreadable)
            UnreadableText.Write(unreadable, into);
        into.WriteLine();
        string device = $"{report.Device.Path} ({report.Device.Model ?? "no name"}, {SizeText.Of(report.Device.Bytes)})";
        into.WriteLine(isDryRun
            ? $"Would write {SizeText.Of(report.ClaimedBytes)} to {device}. Nothing was written."
            : $"{device}: {SizeText.Of(report.BytesWritten)} written{(report.Verified ? ", read back and compared" : ", not read back")}, {report.ElapsedSeconds:0.0} s");
    }
}
