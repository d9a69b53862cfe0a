using System.IO.Hashing;
using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Devices.Reading;

namespace ImgShrink.Pipeline;

/// <summary>A capture that the next run can go on with when it is stopped: by a journal beside its output.</summary>
/// <remarks>
/// The output itself is what is kept: its unfinished file holds the beginning of the image, and the journal the checksums of that,
/// cell by cell. The next run makes the same plan over the same card, takes what it finds from the unfinished file, and the
/// rest from the card. docs/decisions/0010-resumed-captures.md.
/// </remarks>
internal sealed class ResumableCapture : IDisposable
{
    private readonly DriveSource _drive;
    private readonly OutputName _output;
    private readonly ShrinkOptions _options;
    private readonly StoppedCapture? _stopped;
    private CaptureJournal? _journal;
    private KeptCells? _kept;
    private CellImage? _image;
    private bool _holdsCells, _hasEnded;
    private RangeSet _noted = new();

    private ResumableCapture(DriveSource drive, OutputName output, ShrinkOptions options, StoppedCapture? stopped)
    {
        (_drive, _output, _options, _stopped) = (drive, output, options, stopped);
        (_holdsCells, LostBefore) = (stopped is not null, stopped?.Lost ?? new RangeSet());
        Source = new LookedAt(drive);
    }

    /// <summary>The card, for the plan.</summary>
    public LookedAt Source { get; }

    /// <summary>What the card could not give to an earlier run.</summary>
    public RangeSet LostBefore { get; }

    /// <summary>Bytes of the image's data that an earlier run has kept.</summary>
    public long KeptBytes { get; private set; }

    /// <summary>The capture of a card; null for a file, and where nothing is written.</summary>
    /// <exception cref="AccessException">There is a stopped one that is not to be gone on with, or was another one.</exception>
    /// <exception cref="VerificationException">There is a stopped one of another card.</exception>
    public static ResumableCapture? Of(IImageSource source, OutputName output, ShrinkOptions options)
    {
        if (source is not DriveSource drive || options.DryRun)
            return null;
        string journal = CaptureJournal.PathOf(output.Path);
        StoppedCapture? stopped = File.Exists(journal) && File.Exists(OutputFile.KeptPathOf(output.Path))
            ? StoppedCapture.Read(journal)
            : null;
        if (stopped is not null && !options.Resume)
            stopped = options.Overwrite ? null : throw new AccessException(
                $"A capture to {output.Path} was stopped, or is running. 'imgshrink capture' with --resume goes on with it, --force begins again.");
        if (stopped is not null)
            RequireSame(stopped, drive, Wish(options, output));
        return new ResumableCapture(drive, output, options, stopped);
    }

    /// <summary>Begins, or goes on, when the plan is made.</summary>
    /// <param name="card">The card, for messages.</param>
    /// <param name="target">The image.</param>
    /// <returns>The same image.</returns>
    /// <exception cref="VerificationException">The card has changed since the earlier run.</exception>
    public TargetView Begin(CardImage card, TargetView target)
    {
        IReadOnlyDictionary<long, ulong> looked = Source.Finish();
        if (_stopped is not null)
        {
            RequireUnchanged(_stopped, looked, card);
            RequireUnchanged(_stopped, target);
            _journal = CaptureJournal.GoOn(_stopped);
            _kept = PartialOutput.Open(_output.Format, _output.Path, target.Length, _options.Compression) is { } partial
                ? new KeptCells(partial, _stopped.Cells)
                : null;
            KeptBytes = DataIn(_stopped.Cells.Keys, target);
        }
        else
        {
            _journal = CaptureJournal.Create(
                CaptureJournal.PathOf(_output.Path), _drive.Length, Wish(_options, _output), looked);
            File.Delete(OutputFile.KeptPathOf(_output.Path)); // Of a run that this one does not go on with.
        }

        _image = new CellImage(target.Bytes, _kept);
        return target with { Bytes = _image };
    }

    /// <summary>Runs the writing, and says how to go on where it is stopped. What is wrong is not kept.</summary>
    public WrittenImage Keeping(Func<WrittenImage> write)
    {
        _hasEnded = true;
        try
        {
            return write();
        }
        catch (OperationCanceledException cancelled) when (_holdsCells)
        {
            _hasEnded = false;
            throw new CancelledMidwayException($"Cancelled. {HowToGoOn}", cancelled);
        }
        catch (AccessException failure) when (_holdsCells)
        {
            _hasEnded = false;
            throw new AccessException($"{failure.Message} {HowToGoOn}", failure);
        }
        catch (NotEnoughSpaceException failure) when (_holdsCells)
        {
            _hasEnded = false;
            throw new NotEnoughSpaceException($"{failure.Message} {HowToGoOn}", failure);
        }
    }

    /// <summary>Tells somebody else what the writing tells, and notes in the journal what is written.</summary>
    public IProgress<long> Noting(IProgress<long> progress) => new Noted(this, progress);

    /// <summary>Deletes journal and unfinished file, unless there is something to go on with.</summary>
    public void Dispose()
    {
        _kept?.Dispose();
        if (_journal is null)
            return;
        _journal.Dispose();
        if (_holdsCells && !_hasEnded)
            return;
        OutputFile.Discard(_journal.Path);
        OutputFile.Discard(OutputFile.KeptPathOf(_output.Path));
    }

    private string HowToGoOn =>
        $"What was read is kept, in {Path.GetFileName(OutputFile.KeptPathOf(_output.Path))}: 'imgshrink capture' with the same arguments and --resume goes on, with --force it begins again.";

    private void Note(long written)
    {
        while (_image?.NextBefore(written) is Cell cell)
        {
            NoteLost(); // First: a cell without them would pass for whole.
            _journal!.AddCell(cell.Number, cell.Sum);
            _holdsCells = true;
        }
    }

    private void NoteLost()
    {
        RangeSet lost = _drive.Unreadable;
        if (lost.TotalBytes == _noted.TotalBytes)
            return;
        foreach (ByteRange range in lost.Ranges())
            _journal!.AddLost(range);
        _noted = lost;
    }

    private static void RequireSame(StoppedCapture stopped, DriveSource drive, string wish)
    {
        if (stopped.CardBytes != drive.Length)
            throw new VerificationException(
                $"{drive.Path} is another card: it has {drive.Length} bytes, and the capture that was stopped was of one with {stopped.CardBytes}. "
                + StartAnew);
        if (stopped.Wish != wish)
            throw new AccessException(
                "The capture that was stopped had other options, or was begun by another version of imgshrink. Give the same ones, or use --force without --resume to begin again.");
    }

    private static void RequireUnchanged(StoppedCapture stopped, IReadOnlyDictionary<long, ulong> looked, CardImage card)
    {
        IEnumerable<long> changed = looked.Keys.Union(stopped.Looked.Keys).Order()
            .Where(place => !looked.TryGetValue(place, out ulong now) || !stopped.Looked.TryGetValue(place, out ulong then) || now != then);
        if (changed.Select(place => (long?)place).FirstOrDefault() is not long first)
            return;
        var range = new ByteRange(first * LookedAt.PlaceBytes, LookedAt.PlaceBytes);
        string where = card.Volumes.FirstOrDefault(each => each.Partition.Range.Overlaps(range)) is { } volume
            ? $"in {volume.Partition.Title} ({volume.Volume.FileSystem})"
            : "outside of its partitions";
        throw Changed($"{where}, at byte {range.Start} or soon behind");
    }

    /// <summary>Compares some of the cells that are kept, as far apart as possible, and the last.</summary>
    /// <remarks>
    /// File systems tell of a change in their structures, which the plan was made of. Partitions that are not understood do not;
    /// reading all of them again would be the capture that is to be saved.
    /// </remarks>
    private static void RequireUnchanged(StoppedCapture stopped, TargetView target)
    {
        const int most = 8;
        if (!stopped.Lost.IsEmpty)
            return; // What failed once may be read now, or not; it is not the same either way.
        var image = new DataOnly(target);
        long[] cells = [.. stopped.Cells.Keys.Where(number => number < (image.Length + CellImage.CellBytes - 1) / CellImage.CellBytes).Order()];
        foreach (long number in Enumerable.Range(1, most).Select(i => cells[Math.Max(0, (int)((long)cells.Length * i / most) - 1)]).Distinct())
        {
            if (XxHash3.HashToUInt64(CellImage.OnCard(image, number)) != stopped.Cells[number])
                throw Changed($"in what becomes byte {number * CellImage.CellBytes} of the image, or soon behind");
        }
    }

    private static VerificationException Changed(string where) => new(
        $"The card is another one, or has changed since the capture was stopped: {where}. {StartAnew}");

    private const string StartAnew = "What is kept cannot be used with it: put the right card in, or use --force without --resume to begin again.";

    private static long DataIn(IEnumerable<long> cells, TargetView target)
    {
        var kept = new RangeSet();
        foreach (long number in cells.Where(number => number < target.Length / CellImage.CellBytes + 1))
            kept.Add(new ByteRange(number * CellImage.CellBytes, CellImage.CellBytes));
        return target.Data.Intersect(kept).TotalBytes;
    }

    /// <summary>All that the content of the output depends on beside the card, in one line.</summary>
    private static string Wish(ShrinkOptions options, OutputName output)
    {
        string traits = OutputTraits.Of(options with { Verify = true, Bmap = false, Manifest = false, ChecksumFile = false });
        return $"{typeof(ResumableCapture).Assembly.GetName().Version} {output.Format.Name} {traits}";
    }

    private sealed class Noted(ResumableCapture capture, IProgress<long> progress) : IProgress<long>
    {
        public void Report(long value)
        {
            capture.Note(value);
            progress.Report(value);
        }
    }
}
