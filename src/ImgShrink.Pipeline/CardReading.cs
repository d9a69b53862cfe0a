using ImgShrink.Blocks;
using ImgShrink.Devices;
using ImgShrink.Devices.Holding;
using ImgShrink.Devices.Listing;
using ImgShrink.Devices.Reading;

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
                + "Try another reader. To save what can be read as it is: imgshrink capture --all-sectors --ignore-read-errors.", damage);
        }
    }

    /// <summary>Prepares for reading what a target needs; null for a file.</summary>
    /// <param name="target">The target.</param>
    /// <param name="kept">Bytes of its data that need not be read again.</param>
    public ReadForecast? Expect(TargetView target, long kept = 0) =>
        _drive?.Expect(target.ReadInOrder, target.Data.TotalBytes - kept);

    /// <summary>What could not be read; of a file, nothing.</summary>
    /// <inheritdoc cref="CardLosses.Of"/>
    public CardLosses Losses(CardImage card, string? output, bool overwrite, RangeSet? before, CancellationToken cancel) =>
        _drive is null ? CardLosses.None : CardLosses.Of(_drive, card, output, overwrite, before, cancel);

    /// <summary>Lets the system have the volumes again.</summary>
    public void Dispose() => _hold?.Dispose();
}
