using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Text;

/// <summary>The report of a batch, for people.</summary>
internal static class BatchText
{
    public static void WriteImage(BatchedImage image, TextWriter into) => into.WriteLine(image.State switch
    {
        BatchState.Done => $"{image.Source}: {SizeText.Of(image.SourceBytes)} -> {SizeText.Of(image.OutputBytes!.Value)}, {image.Output}{Fate(image)}",
        BatchState.AlreadyDone => $"{image.Source}: done before, {SizeText.Of(image.OutputBytes!.Value)}, {image.Output}",
        BatchState.Planned => $"{image.Source}: {SizeText.Of(image.SourceBytes)} -> {SizeText.Of(image.OutputBytes!.Value)} before compression",
        _ => $"{image.Source}: failed. {image.Error}",
    });

    public static void WriteTotal(BatchReport report, TextWriter into)
    {
        if (report.Images.Count == 0)
        {
            into.WriteLine($"Nothing to do in {report.Folder}: there are only images that are small already.");
            return;
        }

        bool isPlan = report.Images.Any(each => each.State == BatchState.Planned);
        int fine = report.Images.Count - report.Failed;
        into.WriteLine();
        into.WriteLine($"{fine} of {report.Images.Count} images: {SizeText.Of(report.SourceBytes)} -> {SizeText.Of(report.OutputBytes)}"
            + (isPlan ? " before compression. Nothing was written." : report.Images.Any(each => each.Original != each.Source) ? "." : ". The images were not changed."));
        if (report.Failed > 0)
            into.WriteLine($"{report.Failed} failed; see above.");
    }

    private static string Fate(BatchedImage image) => image.IsRecycled ? " (read back and compared; the original is in the recycle bin)"
        : image.Original is null ? " (read back and compared; the original was deleted)"
        : image.Original == image.Source ? "" : $" (the original is {image.Original} now)";
}
