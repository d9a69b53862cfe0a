using System.Globalization;
using System.Net;
using System.Text;
using ImgShrink.Containers;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Text;

/// <summary>The report of a batch as a file: a page for people or a table for other programs.</summary>
internal sealed class BatchReportFile
{
    private static readonly string[] s_columns =
        ["source", "sourceBytes", "state", "output", "outputBytes", "imageBytes", "sha256", "original", "error"];

    private readonly string _path;
    private readonly bool _overwrite;
    private readonly bool _isPage;

    private BatchReportFile(string path, bool overwrite, bool isPage) =>
        (_path, _overwrite, _isPage) = (path, overwrite, isPage);

    /// <summary>The file that was asked for; null for none.</summary>
    /// <exception cref="UsageException">It is neither .html nor .csv.</exception>
    /// <exception cref="ImgShrink.Blocks.AccessException">It exists, or its folder does not: better said before the work than after it.</exception>
    public static BatchReportFile? Of(string? path, bool overwrite)
    {
        if (path is null)
            return null;
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (extension is not (".html" or ".htm" or ".csv"))
            throw new UsageException($"--report writes .html or .csv, not '{path}'.");
        OutputFile.ThrowIfRefused(path, overwrite);
        return new BatchReportFile(path, overwrite, extension != ".csv");
    }

    /// <summary>Writes the file.</summary>
    /// <remarks>In UTF-8, and a table with the mark that Excel wants to see for that.</remarks>
    public void Write(BatchReport report) => OutputFile.Write(
        _path, _isPage ? Encoding.UTF8.GetBytes(Page(report)) : [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Table(report))],
        _overwrite);

    /// <summary>RFC 4180: a line an image, fields with commas or quotes in quotes.</summary>
    public static string Table(BatchReport report)
    {
        var text = new StringBuilder();
        text.Append(string.Join(',', s_columns)).Append("\r\n");
        foreach (BatchedImage each in report.Images)
            text.AppendJoin(',', Fields(each).Select(Quoted)).Append("\r\n");
        return text.ToString();
    }

    /// <summary>A page that needs nothing but itself.</summary>
    public static string Page(BatchReport report)
    {
        var text = new StringBuilder();
        text.Append("""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>ImgShrink: images made small</title><style>
            body { font: 15px system-ui, sans-serif; margin: 2em; color: #222 }
            table { border-collapse: collapse } th, td { padding: .4em .8em; border-bottom: 1px solid #ddd; text-align: left }
            .n { text-align: right; white-space: nowrap } .failed { color: #a00 }
            </style></head><body>

            """);
        text.Append(CultureInfo.InvariantCulture, $"<h1>{Html(report.Folder)}</h1>\n");
        text.Append(CultureInfo.InvariantCulture,
            $"<p>{report.Images.Count - report.Failed} of {report.Images.Count} images: {SizeText.Of(report.SourceBytes)} → {SizeText.Of(report.OutputBytes)}</p>\n");
        text.Append("<table><tr><th>Image</th><th class=n>Was</th><th class=n>Is</th><th>What became of it</th></tr>\n");
        foreach (BatchedImage each in report.Images)
        {
            string now = each.OutputBytes is long bytes ? SizeText.Of(bytes) : "";
            text.Append(CultureInfo.InvariantCulture,
                $"<tr class={NameOf(each.State)}><td>{Html(each.Source)}</td><td class=n>{SizeText.Of(each.SourceBytes)}</td><td class=n>{now}</td><td>{Html(Outcome(each))}</td></tr>\n");
        }

        return text.Append("</table></body></html>\n").ToString();
    }

    private static IEnumerable<string?> Fields(BatchedImage each) =>
    [
        each.Source, Number(each.SourceBytes), NameOf(each.State), each.Output, Number(each.OutputBytes), Number(each.ImageBytes),
        each.Sha256, each.Original, each.Error,
    ];

    private static string Outcome(BatchedImage each) => each.State switch
    {
        BatchState.Done => each.IsRecycled ? $"{each.Output}, read back and compared; the original is in the recycle bin"
            : each.Original is null ? $"{each.Output}, read back and compared; the original was deleted"
            : each.Original == each.Source ? $"{each.Output}" : $"{each.Output}; the original is {each.Original}",
        BatchState.AlreadyDone => $"{each.Output}, done before",
        BatchState.Planned => "planned, before compression; nothing was written",
        _ => each.Error ?? "failed",
    };

    private static string NameOf(BatchState state) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    private static string? Number(long? bytes) => bytes?.ToString(CultureInfo.InvariantCulture);

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static string Quoted(string? field) => field is null ? ""
        : field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
