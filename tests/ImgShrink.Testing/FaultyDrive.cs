using ImgShrink.Blocks;
using ImgShrink.Devices;

namespace ImgShrink.Testing;

/// <summary>A drive that fails where and when it is told to; everything else it passes on.</summary>
public sealed class FaultyDrive(Drive drive) : Drive(drive.Path, drive.Length, drive.SectorSize)
{
    private readonly Lock _lock = new();
    private readonly List<(ByteRange Range, DriveError Error, int Times)> _badReads = [];
    private readonly List<(long At, int Count)> _reads = [];
    private int _requests;

    /// <summary>From this request on (counted from 0), the drive is gone; null for never.</summary>
    public int? GoneFrom { get; set; }

    /// <summary>Fails writes that touch this range.</summary>
    public (ByteRange Range, DriveError Error)? BadWrite { get; set; }

    /// <summary>Whether writes are taken and forgotten, as counterfeit cards do behind their true end.</summary>
    public ByteRange? Forgets { get; set; }

    /// <summary>What was read so far, in order.</summary>
    public IReadOnlyList<(long At, int Count)> Reads => _reads;

    /// <summary>Writes so far, in order.</summary>
    public List<(long At, int Count)> Writes { get; } = [];

    /// <summary>Lets reads that touch a range fail, for ever or so many times.</summary>
    public FaultyDrive WithBad(long at, long count, DriveError? error = null, int times = int.MaxValue)
    {
        _badReads.Add((new ByteRange(at, count), error ?? DriveError.Of(DriveFault.BadSector), times));
        return this;
    }

    /// <inheritdoc/>
    public override DriveError? Flush() => drive.Flush();

    /// <inheritdoc/>
    public override DriveError? Probe() => _requests > GoneFrom ? DriveError.Of(DriveFault.Gone) : null;

    /// <inheritdoc/>
    protected override DriveError? ReadSectors(long at, Span<byte> into)
    {
        lock (_lock)
        {
            _reads.Add((at, into.Length));
            if (_requests++ >= GoneFrom)
                return DriveError.Of(DriveFault.BadSector); // What many readers say when the card is pulled, at first.
            for (int i = 0; i < _badReads.Count; i++)
            {
                var (range, error, times) = _badReads[i];
                if (times == 0 || !range.Overlaps(new ByteRange(at, into.Length)))
                    continue;
                _badReads[i] = (range, error, times - 1);
                return error;
            }
        }

        return drive.Read(at, into);
    }

    /// <inheritdoc/>
    protected override DriveError? WriteSectors(long at, ReadOnlySpan<byte> from)
    {
        var range = new ByteRange(at, from.Length);
        Writes.Add((at, from.Length));
        if (_requests++ >= GoneFrom)
            return DriveError.Of(DriveFault.BadSector);
        if (BadWrite is var (bad, error) && bad.Overlaps(range))
            return error;
        return Forgets?.Overlaps(range) == true ? null : drive.Write(at, from);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        drive.Dispose();
        base.Dispose(disposing);
    }
}
