using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>The journal of a capture, beside its output: lines are added to it while the output grows.</summary>
/// <remarks>
/// Nothing is flushed. After a power cut lines may be missing, and others may tell of what the output has lost: a line that is
/// not whole ends the journal, and a cell without its checksum ends what is taken from the output.
/// </remarks>
internal sealed class CaptureJournal : IDisposable
{
    private readonly FileStream _file;

    private CaptureJournal(string path, FileStream file) => (Path, _file) = (path, file);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The name of the journal of an output.</summary>
    public static string PathOf(string output) => output + ".imgshrink-capture";

    /// <summary>Begins a journal.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cardBytes">The length of the card.</param>
    /// <param name="wish">What was asked for, in one line.</param>
    /// <param name="looked">Checksums of what the plan was made of, by MiB of the card.</param>
    /// <exception cref="AccessException">It cannot be made.</exception>
    public static CaptureJournal Create(string path, long cardBytes, string wish, IReadOnlyDictionary<long, ulong> looked)
    {
        CaptureJournal journal = Open(path, keptBytes: 0);
        journal.Add(StoppedCapture.Mark);
        journal.Add($"card {cardBytes}");
        journal.Add($"wish {wish}");
        foreach ((long place, ulong sum) in looked.OrderBy(each => each.Key))
            journal.Add($"looked {place} {JournalLine.Digits(sum)}");
        return journal;
    }

    /// <summary>Goes on with a journal.</summary>
    /// <exception cref="AccessException">It may not be written, or a capture that uses it is running.</exception>
    public static CaptureJournal GoOn(StoppedCapture stopped) => Open(stopped.Path, stopped.WholeBytes);

    /// <summary>Notes that the output has a cell.</summary>
    public void AddCell(long number, ulong sum) => Add($"cell {number} {JournalLine.Digits(sum)}");

    /// <summary>Notes what the card could not give.</summary>
    public void AddLost(ByteRange range) => Add($"lost {range.Start} {range.Length}");

    public void Dispose() => _file.Dispose();

    private static CaptureJournal Open(string path, long keptBytes)
    {
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            file.SetLength(keptBytes);
            file.Position = keptBytes;
            return new CaptureJournal(path, file);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"Cannot write the journal of the capture, {path}: {cause.Message}", cause);
        }
    }

    private void Add(string text)
    {
        try
        {
            _file.Write(JournalLine.Of(text));
        }
        catch (IOException cause)
        {
            throw DiskFull.Says(cause)
                ? new NotEnoughSpaceException($"The disk of {Path} is full. Make room on it. ({cause.Message})", cause)
                : new AccessException($"Cannot write {Path}: {cause.Message}", cause);
        }
    }
}
