using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>An image as it is when everything in its redo journal is done, whatever is done of it already.</summary>
/// <param name="image">The image as it is.</param>
/// <param name="journal">Its journal.</param>
internal sealed class RedoneImage(IBlockSource image, RedoJournal journal) : IBlockSource
{
    private readonly RedoStep[] _steps = [.. journal.Steps];

    /// <inheritdoc/>
    public long Length => journal.TargetBytes;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        int index = _steps.FirstEndingBehind(at, static step => step.End);
        while (into.Length > 0)
        {
            RedoStep? step = index < _steps.Length ? _steps[index] : null;
            bool isInside = step?.At <= at;
            long end = isInside ? step!.Value.End : step?.At ?? Length;
            Span<byte> run = into[..(int)Math.Min(into.Length, end - at)];
            if (isInside)
                ReadStep(step!.Value, at, ref run);
            else
                image.Read(at, run);
            at += run.Length;
            into = into[run.Length..];
            if (isInside && at == end)
                index++;
        }
    }

    private void ReadStep(RedoStep step, long at, ref Span<byte> into)
    {
        long from = step.From + (at - step.At);
        switch (step.Kind)
        {
            case RedoKind.Bytes:
                journal.ReadData(from, into);
                break;
            case RedoKind.Zeros:
                into.Clear();
                break;
            default:
                bool isDone = at < journal.DoneTo;
                if (isDone)
                    into = into[..(int)Math.Min(into.Length, journal.DoneTo - at)];
                image.Read(isDone ? at : from, into);
                break;
        }
    }
}
