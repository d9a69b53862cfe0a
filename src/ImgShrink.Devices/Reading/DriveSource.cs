using System.Diagnostics;
using ImgShrink.Blocks;

namespace ImgShrink.Devices.Reading;

/// <summary>A card in its reader as the source of a job.</summary>
public sealed class DriveSource : IImageSource
{
    private readonly Drive _drive;
    private readonly RescuedDrive _rescued;
    private readonly CancellationTokenSource _closing = new();
    private ReadAhead? _ahead;

    /// <summary>Reads a drive, and closes it when it is disposed of.</summary>
    public DriveSource(Drive drive, RescueLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(drive);
        _drive = drive;
        _rescued = new RescuedDrive(drive, limits ?? RescueLimits.Default, _closing.Token);
    }

    /// <inheritdoc/>
    public string Path => _drive.Path;

    /// <inheritdoc/>
    public long Length => _drive.Length;

    /// <inheritdoc/>
    public long BytesRead => _drive.BytesRead;

    /// <summary>What the medium could not give; it reads as zeros.</summary>
    public RangeSet Unreadable => _rescued.Unreadable;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        if (_ahead is { } ahead)
            ahead.Read(at, into);
        else
            _rescued.Read(at, into);
    }

    /// <inheritdoc/>
    public RangeSet DataRanges() => RangeSet.Of(new ByteRange(0, Length));

    /// <summary>Prepares for reading ranges in the order of their addresses, and tells how long that will take.</summary>
    /// <param name="wanted">The ranges; others can be read all the same.</param>
    /// <param name="bytes">Bytes that are going to be read in all.</param>
    /// <returns>What is going to be read, by the speed of its beginning.</returns>
    public ReadForecast Expect(RangeSet wanted, long bytes)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        _ahead?.Dispose();
        var ahead = new ReadAhead(_rescued, wanted);
        _ahead = ahead;
        long started = Stopwatch.GetTimestamp();
        long read = ahead.ReadFirst();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new ReadForecast(bytes, read / Math.Max(seconds, 1e-6));
    }

    /// <inheritdoc/>
    /// <remarks>Waits for the requests that are under way; what fails now is given up at once.</remarks>
    public void Dispose()
    {
        _closing.Cancel();
        _ahead?.Dispose();
        _rescued.Dispose();
        _closing.Dispose();
    }
}

/// <summary>What a card is going to be read of.</summary>
/// <param name="Bytes">Bytes that are in use.</param>
/// <param name="BytesPerSecond">The speed of the first few of them.</param>
public sealed record ReadForecast(long Bytes, double BytesPerSecond)
{
    /// <summary>How long it takes if nothing else is slower than the card.</summary>
    public double Seconds => Bytes / BytesPerSecond;
}
