using System.Diagnostics;
using ImgShrink.Blocks;

namespace ImgShrink.Devices.Reading;

/// <summary>How much is tried before sectors are given up.</summary>
/// <param name="Pauses">The time before each further try of the smallest piece.</param>
/// <param name="Patience">For all of a drive: beyond it, what fails is not split and tried again any more.</param>
/// <param name="MostLost">Bytes: beyond them, and beyond the patience, the whole drive is given up.</param>
public sealed record RescueLimits(IReadOnlyList<TimeSpan> Pauses, TimeSpan Patience, long MostLost)
{
    /// <summary>Three more tries within 620 ms; ten minutes for a card; 64 MiB.</summary>
    public static RescueLimits Default { get; } = new(
        [TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500)],
        TimeSpan.FromMinutes(10), 64 << 20);
}

/// <summary>Gets out of failing sectors what they still give: split, try again, and at last leave zeros.</summary>
/// <remarks>
/// Before anything is tried again, the drive is asked whether it is still there: all sectors of a card that was pulled fail,
/// and trying each would take hours.
/// </remarks>
internal sealed class Rescue(Drive drive, RescueLimits limits, CancellationToken closing)
{
    // What cards read at once, and what file systems give to a file; to find out which sector in it is bad helps nobody.
    private const int SmallestPiece = 4096;

    // Where trying again has not helped so often in a row, it will not help the rest either: a surface is gone, not a bit.
    private const int TriesInVain = 8;

    private readonly Lock _lock = new();
    private readonly RangeSet _unreadable = new();
    private TimeSpan _spent;
    private int _inVain; // Pieces in a row for which trying again did not help.

    /// <summary>What was given up so far.</summary>
    public RangeSet Unreadable
    {
        get
        {
            var copy = new RangeSet();
            lock (_lock)
                copy.Add(_unreadable);
            return copy;
        }
    }

    /// <summary>Fills a range whose read has failed with what can be read of it, and zeros.</summary>
    /// <exception cref="AccessException">It is not the sectors that fail, or far too many of them do.</exception>
    /// <exception cref="OperationCanceledException">The drive is being closed.</exception>
    public void Fill(long at, Span<byte> into, DriveError error)
    {
        ThrowUnlessMedium(error, at);
        lock (_lock) // One thread at a time: two would only make a dying card slower.
        {
            long started = Stopwatch.GetTimestamp();
            try
            {
                Split(at, into);
            }
            finally
            {
                _spent += Stopwatch.GetElapsedTime(started);
            }
        }
    }

    private bool IsPatient => _spent < limits.Patience;

    private void Split(long start, Span<byte> into)
    {
        var waiting = new Stack<ByteRange>();
        waiting.Push(new ByteRange(start, into.Length));
        bool isKnownToFail = true;
        while (waiting.TryPop(out ByteRange piece))
        {
            closing.ThrowIfCancellationRequested();
            Span<byte> bytes = into.Slice((int)(piece.Start - start), (int)piece.Length);
            if (!isKnownToFail && Succeeds(piece.Start, bytes))
                continue;
            isKnownToFail = false;
            long half = (piece.Start + piece.Length / 2) / SmallestPiece * SmallestPiece;
            if (IsPatient && piece.Length > SmallestPiece && half > piece.Start)
            {
                waiting.Push(ByteRange.Between(half, piece.End));
                waiting.Push(ByteRange.Between(piece.Start, half));
            }
            else if (!IsPatient || !SucceedsLater(piece.Start, bytes))
            {
                GiveUp(piece, bytes);
            }
        }
    }

    private bool SucceedsLater(long at, Span<byte> into)
    {
        foreach (TimeSpan pause in _inVain < TriesInVain ? limits.Pauses : [])
        {
            Thread.Sleep(pause);
            if (!Succeeds(at, into))
                continue;
            _inVain = 0;
            return true;
        }

        _inVain++;
        return false;
    }

    private bool Succeeds(long at, Span<byte> into)
    {
        if (drive.Read(at, into) is not DriveError error)
            return true;
        ThrowUnlessMedium(error, at);
        return false;
    }

    private void GiveUp(ByteRange piece, Span<byte> bytes)
    {
        bytes.Clear();
        _unreadable.Add(piece);
        if (!IsPatient && _unreadable.TotalBytes > limits.MostLost)
            throw new AccessException(
                $"{drive.Path} fails nearly everywhere: {_unreadable.TotalBytes} bytes could not be read so far. "
                + "Try another reader; the card may be dead.");
    }

    /// <summary>Throws unless only the medium failed there, and the drive as such is still in its place.</summary>
    private void ThrowUnlessMedium(DriveError error, long at)
    {
        if (error.Fault is not (DriveFault.BadSector or DriveFault.Hiccup or DriveFault.Other or DriveFault.End))
            throw error.Explained(drive.Path, DriveVerb.Read, at);
        if (drive.Probe() is DriveError lost)
            throw lost.Explained(drive.Path, DriveVerb.Read, at);
    }
}
