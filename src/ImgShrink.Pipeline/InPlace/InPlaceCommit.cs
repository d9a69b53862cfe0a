using System.Security.Cryptography;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>Makes an image its own target. A power cut at any moment leaves the image, or what its journal makes the target.</summary>
/// <remarks>
/// <para>Up to the commit only places are written in which nothing lies; then the result is read as it is going to be, and
/// only when that is right the journal is committed.</para>
/// <para>Behind it everything can be done once more from the start: copies go down in rounds that never write to what they,
/// or later ones, read, and each is noted when it is on the medium; the rest comes from the journal. See
/// docs/decisions/0009-in-place.md.</para>
/// </remarks>
internal sealed class InPlaceCommit
{
    private const int Piece = 1 << 20;
    private const long LongestRound = 64 << 20;

    private readonly IInPlaceFiles _files;
    private readonly IDurableStore _image;
    private readonly byte[] _buffer;

    /// <summary>A commit to these files.</summary>
    public InPlaceCommit(IInPlaceFiles files)
    {
        (_files, _image) = (files, files.Image);
        _buffer = new byte[Math.Min(Piece, _image.Length)];
    }

    /// <summary>Whether the result is read and compared, before the commit and behind it.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Told how many bytes of the result are compared; null for nobody.</summary>
    public IProgress<long>? Verified { get; init; }

    /// <summary>Does all of it.</summary>
    /// <param name="plan">What to write.</param>
    /// <param name="target">The target that the plan was made for.</param>
    /// <param name="cancel">Stops: before the commit with the image as it was.</param>
    /// <exception cref="ImgShrinkException">Something failed; <see cref="IsCommitted"/> says what that means.</exception>
    /// <exception cref="OperationCanceledException">The same.</exception>
    public void Run(InPlacePlan plan, IBlockSource target, CancellationToken cancel)
    {
        try
        {
            var journal = new RedoJournal(_files.CreateJournal(plan.JournalBytes), plan.Steps)
            {
                ImageBytes = _image.Length,
                TargetBytes = target.Length,
                TargetDigest = plan.TargetDigest,
            };
            FillFree(plan, target, cancel);
            RedoJournalWriter writer = RedoJournalWriter.WriteBody(journal, target, cancel);
            _image.Flush();
            if (Verify && !IsTarget(journal, new RedoneImage(_image, journal), cancel))
                throw new VerificationException(
                    "What was written, read back, is not what was planned; the disk is not reliable. The image is as it was.");
            cancel.ThrowIfCancellationRequested();
            writer.Commit();
            IsCommitted = true;
            Redo(journal, cancel);
        }
        finally
        {
            if (!IsCommitted)
                _files.DeleteJournal();
        }
    }

    /// <summary>Whether the journal counts, so that the image is neither the old nor the new one until it is finished.</summary>
    public bool IsCommitted { get; private set; }

    /// <summary>Finishes what an earlier run has committed; removes the journal of one that has not.</summary>
    /// <param name="name">The journal's name, for messages.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>What was finished; null where there was nothing to finish, and the image is the original.</returns>
    /// <exception cref="ImgShrinkException">The journal is damaged, or not that of this image; nothing was written.</exception>
    public RedoJournal? Finish(string name, CancellationToken cancel)
    {
        if (_files.OpenJournal() is not { } file)
            return null;
        if (RedoJournalReader.Read(file, name) is not { } journal)
        {
            _files.DeleteJournal();
            return null;
        }

        bool isLong = _image.Length == journal.ImageBytes;
        bool isCut = _image.Length >= journal.TargetBytes && _image.Length < journal.ImageBytes && journal.CopiesDone;
        if (!(isLong || isCut) || !IsTarget(journal, new RedoneImage(_image, journal), cancel))
            throw new AccessException(
                $"{name} is the journal of another image, or the image was changed since: together they do not give what was planned. "
                + "Nothing was written. If the image is whole, from elsewhere, delete the journal.");
        IsCommitted = true;
        Redo(journal, cancel);
        return journal;
    }

    private void FillFree(InPlacePlan plan, IBlockSource target, CancellationToken cancel)
    {
        foreach (ByteRange range in plan.Free)
        {
            for (long at = range.Start; at < range.End; at += Piece)
            {
                cancel.ThrowIfCancellationRequested();
                Span<byte> bytes = _buffer.AsSpan(0, (int)Math.Min(Piece, range.End - at));
                target.Read(at, bytes);
                _image.Write(at, bytes);
            }
        }
    }

    private void Redo(RedoJournal journal, CancellationToken cancel)
    {
        while (!journal.CopiesDone)
        {
            cancel.ThrowIfCancellationRequested();
            CopyRound(journal);
        }

        foreach (RedoStep step in journal.Steps.Where(step => step.Kind != RedoKind.Copy))
            Put(journal, step);
        _image.Flush();
        if (_image.Length > journal.TargetBytes)
        {
            _image.SetLength(journal.TargetBytes);
            _image.Flush();
        }

        if (Verify && !IsTarget(journal, _image, cancel))
            throw new VerificationException("What was written, read back, is not what was planned; the disk is not reliable.");
        _files.DeleteJournal();
    }

    /// <summary>Copies down as much as can be copied once more after a power cut: nothing is written that is read.</summary>
    private void CopyRound(RedoJournal journal)
    {
        long end = long.MaxValue; // No byte from here on may be written: it may be one that is read.
        var pieces = new List<RedoStep>();
        foreach (RedoStep step in journal.Copies)
        {
            long at = Math.Max(step.At, journal.DoneTo);
            if (at >= step.End)
                continue;
            long from = step.From + (at - step.At);
            end = Math.Min(end, pieces.Count == 0 ? Math.Min(from, at + LongestRound) : from);
            if (at >= end)
                break;
            pieces.Add(new RedoStep(RedoKind.Copy, at, step.End - at, from));
        }

        foreach (RedoStep piece in pieces)
        {
            for (long done = 0; done < piece.Length && piece.At + done < end; done += Piece)
            {
                Span<byte> bytes = _buffer.AsSpan(
                    0, (int)Math.Min(Piece, Math.Min(piece.Length, end - piece.At) - done));
                _image.Read(piece.From + done, bytes);
                _image.Write(piece.At + done, bytes);
            }
        }

        _image.Flush();
        journal.Mark(Math.Min(end, pieces[^1].End));
    }

    private void Put(RedoJournal journal, RedoStep step)
    {
        for (long done = 0; done < step.Length; done += Piece)
        {
            Span<byte> bytes = _buffer.AsSpan(0, (int)Math.Min(Piece, step.Length - done));
            if (step.Kind == RedoKind.Bytes)
                journal.ReadData(step.From + done, bytes);
            else
                bytes.Clear();
            _image.Write(step.At + done, bytes);
        }
    }

    private bool IsTarget(RedoJournal journal, IBlockSource result, CancellationToken cancel)
    {
        if (result.Length != journal.TargetBytes)
            return false;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = 0; at < result.Length; at += Piece)
        {
            cancel.ThrowIfCancellationRequested();
            int count = (int)Math.Min(Piece, result.Length - at);
            result.Read(at, _buffer.AsSpan(0, count));
            digest.AppendData(_buffer, 0, count);
            Verified?.Report(at + count);
        }

        return digest.GetHashAndReset().AsSpan().SequenceEqual(journal.TargetDigest);
    }
}
