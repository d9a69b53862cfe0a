using System.Security.Cryptography;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>Writes a redo journal: steps and data first, and the headers, which make it count, when those are on the medium.</summary>
internal sealed class RedoJournalWriter
{
    private const int Piece = 1 << 20;

    private readonly RedoJournal _journal;
    private readonly byte[] _header = new byte[RedoHeader.Size];

    private RedoJournalWriter(RedoJournal journal) => _journal = journal;

    /// <summary>Writes steps and data, and makes sure that they are on the medium.</summary>
    /// <param name="journal">The journal, in a file of zeros of the right length.</param>
    /// <param name="target">The image as it is going to be; the data is read from it.</param>
    /// <param name="cancel">Stops.</param>
    public static RedoJournalWriter WriteBody(RedoJournal journal, IBlockSource target, CancellationToken cancel)
    {
        var writer = new RedoJournalWriter(journal);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        writer.WriteSteps(digest);
        long dataBytes = writer.WriteData(target, digest, cancel);
        var header = new RedoHeader(writer._header)
        {
            ImageBytes = journal.ImageBytes,
            TargetBytes = journal.TargetBytes,
            StepCount = journal.Steps.Count,
            DataBytes = dataBytes,
        };
        journal.TargetDigest.CopyTo(header.TargetDigest);
        digest.GetHashAndReset().CopyTo(header.BodyDigest);
        header.Seal();
        journal.File.Flush();
        return writer;
    }

    /// <summary>From here on the image is the smaller one: what is not done yet will be.</summary>
    /// <remarks>
    /// Twice, so that a header that is damaged later is told from one that was never written: the second is begun when the
    /// first is on the medium, and the image is changed when both are.
    /// </remarks>
    public void Commit()
    {
        _journal.File.Write(0, _header);
        _journal.File.Flush();
        _journal.File.Write(_journal.File.Length - RedoHeader.Size, _header);
        _journal.File.Flush();
    }

    private void WriteSteps(IncrementalHash digest)
    {
        const int batch = Piece / RedoJournal.StepSize;
        for (int first = 0; first < _journal.Steps.Count; first += batch)
        {
            int count = Math.Min(batch, _journal.Steps.Count - first);
            var bytes = new byte[count * RedoJournal.StepSize];
            for (int i = 0; i < count; i++)
            {
                RedoStep step = _journal.Steps[first + i];
                _ = new RedoStepBytes(bytes.AsSpan(i * RedoJournal.StepSize)) { Step = step };
            }

            digest.AppendData(bytes);
            _journal.File.Write(RedoJournal.StepsAt + (long)first * RedoJournal.StepSize, bytes);
        }
    }

    private long WriteData(IBlockSource target, IncrementalHash digest, CancellationToken cancel)
    {
        long written = 0;
        var buffer = new byte[Math.Min(Piece, _journal.TargetBytes)];
        foreach (RedoStep step in _journal.Steps.Where(step => step.Kind == RedoKind.Bytes))
        {
            for (long at = step.At; at < step.End; at += Piece)
            {
                cancel.ThrowIfCancellationRequested();
                Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(Piece, step.End - at));
                target.Read(at, piece);
                digest.AppendData(piece);
                _journal.File.Write(_journal.DataAt + written, piece);
                written += piece.Length;
            }
        }

        return written;
    }
}
