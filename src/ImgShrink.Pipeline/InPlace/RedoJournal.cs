using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>
/// What is left to do until an image is the smaller one: every step, and the digest of the result.
/// </summary>
/// <remarks>
/// The file, in sectors of 512 bytes: header, two marks, steps, data, header again. The headers are written last, so a
/// journal without one was never begun with. docs/ON-DISK.md, "The redo journal".
/// </remarks>
internal sealed class RedoJournal
{
    public const int SectorSize = 512;
    public const int StepSize = 32;
    public const long MarksAt = RedoHeader.Size;
    public const long StepsAt = MarksAt + 2 * RedoMark.Size;

    private int _marksWritten;

    /// <summary>A journal in a file.</summary>
    /// <param name="file">The file; marks are written to it.</param>
    /// <param name="steps">What to do, ascending by place, without overlaps.</param>
    public RedoJournal(IDurableStore file, IReadOnlyList<RedoStep> steps)
    {
        (File, Steps) = (file, steps);
        Copies = [.. steps.Where(step => step.Kind == RedoKind.Copy)];
    }

    /// <summary>The file.</summary>
    public IDurableStore File { get; }

    /// <summary>The length of the image before.</summary>
    public required long ImageBytes { get; init; }

    /// <summary>The length of the image afterwards; not more.</summary>
    public required long TargetBytes { get; init; }

    /// <summary>SHA-256 of the image afterwards.</summary>
    public required byte[] TargetDigest { get; init; }

    /// <summary>Where the data begins in the file.</summary>
    public long DataAt => StepsAt + RoundUp((long)Steps.Count * StepSize);

    /// <summary>What to do, ascending by place, without overlaps.</summary>
    public IReadOnlyList<RedoStep> Steps { get; }

    /// <summary>Those of the steps that take bytes from elsewhere in the image. They are made before all others.</summary>
    public IReadOnlyList<RedoStep> Copies { get; }

    /// <summary>All copies to places below this address are made, and on the medium.</summary>
    public long DoneTo { get; private set; }

    /// <summary>Whether all copies are made.</summary>
    public bool CopiesDone => Copies.Count == 0 || DoneTo >= Copies[^1].End;

    /// <summary>The length of the file.</summary>
    public static long FileBytes(long steps, long dataBytes) =>
        StepsAt + RoundUp(steps * StepSize) + RoundUp(dataBytes) + RedoHeader.Size;

    /// <summary>Reads bytes that the journal holds.</summary>
    public void ReadData(long from, Span<byte> into) => File.Read(DataAt + from, into);

    /// <summary>Finds how far the copies are.</summary>
    public void ReadMarks()
    {
        for (int i = 0; i < 2; i++)
        {
            byte[] sector = File.ReadBytes(MarksAt + i * RedoMark.Size, RedoMark.Size);
            if (new RedoMark(sector).DoneTo is { } done && done > DoneTo)
                (DoneTo, _marksWritten) = (done, i + 1);
        }
    }

    /// <summary>Notes that all copies to places below an address are on the medium.</summary>
    public void Mark(long doneTo)
    {
        var sector = new byte[RedoMark.Size];
        _ = new RedoMark(sector) { DoneTo = doneTo };
        File.Write(MarksAt + _marksWritten++ % 2 * RedoMark.Size, sector);
        File.Flush();
        DoneTo = doneTo;
    }

    public static long RoundUp(long bytes) => (bytes + SectorSize - 1) / SectorSize * SectorSize;
}
