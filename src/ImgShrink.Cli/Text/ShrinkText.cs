using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Text;

/// <summary>The report of a shrink, for people.</summary>
internal static class ShrinkText
{
    public static void Write(ShrinkReport report, TextWriter into)
    {
        if (report.InPlace is { FinishedEarlierRun: true })
        {
            into.WriteLine($"Finished the shrink in place of {report.Output.Path} that had been interrupted.");
            WriteInPlace(report, into);
            return;
        }

        bool isDryRun = report.Output.Bytes is null;
        into.WriteLine($"{report.Source.Path}: {SizeText.Of(report.Source.Bytes)}{(report.Os is { } os ? PrintableText.OfLine($", {os.Name} {os.Version}".TrimEnd()) : "")}");
        PartitionText.Write(report.Partitions, into);
        if (report.Table.TrailingBytes > 0 && report.Output.ImageBytes < report.Source.Bytes)
            into.WriteLine($"Behind the last partition: {SizeText.Of(report.Table.TrailingBytes)}, left off");
        into.WriteLine($"First boot: {report.Hook.Mechanism} ({report.Hook.Reason})");
        ReferenceText.Write(report.References, into);
        WriteGeneralized(report.Generalized, isDryRun, into);
        NotesText.Write(report.Warnings, into);
        if (report.Forecast is { } forecast && isDryRun)
            into.WriteLine($"Would read {ForecastText.Of(forecast)}.");
        if (report.Unreadable is { } unreadable)
            UnreadableText.Write(unreadable, into);
        into.WriteLine();
        if (report.InPlace is not null)
        {
            WriteInPlace(report, into);
            return;
        }

        into.WriteLine(isDryRun
            ? $"Would write {report.Output.Path}: an image of {SizeText.Of(report.Output.ImageBytes)} with {SizeText.Of(report.Output.DataBytes)} of data. Nothing was written."
            : $"{report.Output.Path}: {SizeText.Of(report.Output.Bytes!.Value)}, an image of {SizeText.OfCard(report.Output.ImageBytes)}, {report.Output.ImageBytes} bytes");
        if (report.Output.FitsCards is { } label)
            into.WriteLine($"It fits every card of {label} and more.");
        if (isDryRun)
            return;
        if (report.Output.Path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase))
            into.WriteLine("'imgshrink write', Raspberry Pi Imager (1.9.4 or newer) and Rufus (4.7 or newer) write it to a card; "
                + "for other tools name the output .img.");
        if (report.Output.Beside.Count > 0)
            into.WriteLine($"Beside it: {string.Join(", ", report.Output.Beside.Select(Path.GetFileName))}");
        into.WriteLine($"SHA-256 of the image: {report.Output.Sha256}{(report.Output.Verified ? ", read back and compared" : ", not read back")}");
        if (report.ResumedBytes > 0)
            into.WriteLine($"Went on with a capture that had been stopped: {SizeText.Of(report.ResumedBytes)} were there already.");
        into.WriteLine($"{report.ElapsedSeconds:0.0} s, {SizeText.Of(report.BytesRead)} read. The source was not changed.");
    }

    private static void WriteInPlace(ShrinkReport report, TextWriter into)
    {
        OutputReport image = report.Output;
        if (image.Bytes is null)
            into.WriteLine($"Would make {image.Path} {SizeText.OfCard(image.ImageBytes)} long, {image.ImageBytes} bytes, "
                + $"with a journal of {SizeText.Of(report.InPlace!.JournalBytes)} beside it for a while. Nothing was written.");
        else
            into.WriteLine($"{image.Path}: {SizeText.OfCard(image.ImageBytes)}, {image.ImageBytes} bytes, changed in place");
        if (image.FitsCards is { } label)
            into.WriteLine($"It fits every card of {label} and more.");
        if (image.Bytes is null)
            return;
        into.WriteLine($"SHA-256 of the image: {image.Sha256}{(image.Verified ? ", read back and compared" : ", not read back")}");
        into.WriteLine($"{report.ElapsedSeconds:0.0} s, {SizeText.Of(report.BytesRead)} read.");
    }

    /// <summary>What was taken off the card, by kind; every file of it after a dry run.</summary>
    private static void WriteGeneralized(IReadOnlyList<GeneralizedReport> files, bool isDryRun, TextWriter into)
    {
        foreach (IGrouping<string, GeneralizedReport> item in files.GroupBy(file => file.Item))
        {
            into.WriteLine($"Generalized: {item.Key}, {item.Count()} {(item.Count() == 1 ? "file" : "files")}");
            foreach (GeneralizedReport file in item.Where(_ => isDryRun))
                into.WriteLine($"      {file.Action} {file.Path}");
        }
    }
}
