using System.Text;
using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Devices.Reading;
using ImgShrink.FileSystems;

namespace ImgShrink.Pipeline;

/// <summary>What a card could not give, looked into when everything else is done.</summary>
/// <remarks>
/// The output has its name by then, and it is a dying card or a full disk that brings us here. So nothing that goes wrong now
/// ends the job: it is told beside the rest.
/// </remarks>
/// <param name="Report">What it could not give; null where it gave everything.</param>
/// <param name="Warnings">What could not be found out or written about that, in sentences.</param>
internal sealed record CardLosses(UnreadableReport? Report, IReadOnlyList<string> Warnings)
{
    /// <summary>The card gave everything.</summary>
    public static CardLosses None { get; } = new(null, []);

    /// <summary>Looks for the files that what is missing belongs to, and writes a map of it beside the output.</summary>
    /// <param name="drive">The card as it was read.</param>
    /// <param name="card">The card.</param>
    /// <param name="output">The file that was written; null where none was.</param>
    /// <param name="overwrite">Whether a map that is there already may be replaced.</param>
    /// <param name="before">What it could not give to a run that this one went on with.</param>
    /// <param name="cancel">Ends the look for the files, and nothing else.</param>
    public static CardLosses Of(DriveSource drive, CardImage card, string? output, bool overwrite, RangeSet? before,
        CancellationToken cancel)
    {
        RangeSet unreadable = drive.Unreadable;
        if (before is not null)
            unreadable.Add(before);
        if (unreadable.IsEmpty)
            return None;
        var warnings = new List<string>();
        var files = new List<string>();
        foreach (CardVolume each in card.Volumes)
            Try($"{each.Partition.Title}: which of its files are damaged could not be found out", () => files.AddRange(FilesIn(each, unreadable, cancel)));
        string? map = null;
        if (output is not null)
            Try("There is no map of what could not be read", () => map = WriteMap(UnreadableMap.Of(unreadable, drive.Length), output, overwrite));
        return new CardLosses(new UnreadableReport(unreadable.TotalBytes, [.. unreadable.Ranges()], files, map), warnings);

        void Try(string orElse, Action step)
        {
            try
            {
                step();
            }
            catch (ImgShrinkException failure)
            {
                warnings.Add($"{orElse}: {failure.Message}");
            }
            catch (OperationCanceledException)
            {
                warnings.Add($"{orElse}: that was cancelled.");
            }
        }
    }

    private static string[] FilesIn(CardVolume each, RangeSet unreadable, CancellationToken cancel)
    {
        var inside = new RangeSet();
        inside.Add(unreadable.Intersect(RangeSet.Of(each.Partition.Range)), -each.Partition.Start);
        return inside.IsEmpty || each.Volume is not IFileVolume volume ? []
            : [.. volume.FilesIn(inside, cancel).Select(path => $"{each.Partition.Number}:{path}")];
    }

    private static string WriteMap(string map, string output, bool overwrite)
    {
        string path = output + ".unreadable.map";
        OutputFile.Write(path, Encoding.ASCII.GetBytes(map), overwrite);
        return path;
    }
}

/// <summary>What a card could not give; in the image there are zeros.</summary>
/// <param name="Bytes">How much.</param>
/// <param name="Ranges">Where on the card.</param>
/// <param name="Files">Which files that belongs to: number of the partition, colon, path. Free space belongs to none.</param>
/// <param name="MapFile">The map of it, as ddrescue has them; null where none was written.</param>
public sealed record UnreadableReport(
    long Bytes, IReadOnlyList<ByteRange> Ranges, IReadOnlyList<string> Files, string? MapFile);
