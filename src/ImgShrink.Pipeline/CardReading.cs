using ImgShrink.Blocks;
using ImgShrink.Devices;
using ImgShrink.Devices.Holding;
using ImgShrink.Devices.Listing;
using ImgShrink.Devices.Reading;
using ImgShrink.FileSystems;

namespace ImgShrink.Pipeline;

/// <summary>What reading a card takes beside reading a file: volumes that are held, a forecast, and losses.</summary>
/// <remarks>For a file all of it does nothing.</remarks>
internal sealed class CardReading : IDisposable
{
    private readonly DriveSource? _drive;
    private readonly VolumeHold? _hold;

    private CardReading(DriveSource? drive, VolumeHold? hold) => (_drive, _hold) = (drive, hold);

    /// <summary>What the user should know about it, in sentences.</summary>
    public IEnumerable<string> Notes => _hold?.Notes ?? [];

    /// <summary>Begins: holds the volumes of the card as far as possible.</summary>
    public static CardReading Of(IImageSource source)
    {
        DriveFacts? facts = source is DriveSource ? Drives.Find(source.Path) : null;
        return new CardReading(source as DriveSource, facts is null ? null : VolumeHold.ForReading(facts));
    }

    /// <summary>Runs a job; where the structures it needs cannot be read, that is the news, and not the zeros in their place.</summary>
    /// <exception cref="AccessException">The card does not give its file system's structures.</exception>
    public T Explaining<T>(Func<T> job)
    {
        try
        {
            return job();
        }
        catch (CorruptImageException damage) when (_drive is { Unreadable.IsEmpty: false })
        {
            throw new AccessException(
                $"{_drive.Path} has sectors that cannot be read, and the file system needs what was in them. ({damage.Message}) "
                + "Try another reader. To save what can be read as it is: --all-sectors --ignore-read-errors.", damage);
        }
    }

    /// <summary>Prepares for reading what a target needs; null for a file.</summary>
    /// <param name="target">The target.</param>
    /// <param name="kept">Bytes of its data that need not be read again.</param>
    public ReadForecast? Expect(TargetView target, long kept = 0) =>
        _drive?.Expect(target.ReadInOrder, target.Data.TotalBytes - kept);

    /// <summary>What could not be read, with the files it belongs to, and a map of it beside the output; null for nothing.</summary>
    /// <param name="card">The card.</param>
    /// <param name="output">The file that was written; null where none was.</param>
    /// <param name="before">What it could not give to a run that this one went on with.</param>
    public UnreadableReport? Losses(CardImage card, string? output, RangeSet? before = null)
    {
        if (_drive is null)
            return null;
        RangeSet unreadable = _drive.Unreadable;
        if (before is not null)
            unreadable.Add(before);
        if (unreadable.IsEmpty)
            return null;
        string? map = output is null ? null : output + ".unreadable.map";
        if (map is not null)
            File.WriteAllText(map, UnreadableMap.Of(unreadable, _drive.Length));
        return new UnreadableReport(
            unreadable.TotalBytes, [.. unreadable.Ranges()], [.. card.Volumes.SelectMany(each => FilesIn(each, unreadable))], map);
    }

    /// <summary>Lets the system have the volumes again.</summary>
    public void Dispose() => _hold?.Dispose();

    private static IEnumerable<string> FilesIn(CardVolume each, RangeSet unreadable)
    {
        var inside = new RangeSet();
        inside.Add(unreadable.Intersect(RangeSet.Of(each.Partition.Range)), -each.Partition.Start);
        return inside.IsEmpty || each.Volume is not IFileVolume volume ? []
            : volume.FilesIn(inside).Select(path => $"{each.Partition.Number}:{path}");
    }
}

/// <summary>What a card could not give; in the image there are zeros.</summary>
/// <param name="Bytes">How much.</param>
/// <param name="Ranges">Where on the card.</param>
/// <param name="Files">Which files that belongs to: number of the partition, colon, path. Free space belongs to none.</param>
/// <param name="MapFile">The map of it, as ddrescue has them; null where nothing was written.</param>
public sealed record UnreadableReport(
    long Bytes, IReadOnlyList<ByteRange> Ranges, IReadOnlyList<string> Files, string? MapFile);
