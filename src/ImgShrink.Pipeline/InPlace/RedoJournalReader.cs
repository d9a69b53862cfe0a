using System.Security.Cryptography;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>Reads a redo journal, and believes nothing in it that its checksums and the image's length do not bear out.</summary>
internal static class RedoJournalReader
{
    private const int Piece = 1 << 20;

    /// <summary>Reads the journal; null where it was never committed, so that the image is the original.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">What it is called, for messages.</param>
    /// <exception cref="CorruptImageException">It was committed, and is damaged.</exception>
    /// <exception cref="UnsupportedImageException">A newer version of the program made it.</exception>
    public static RedoJournal? Read(IDurableStore file, string path)
    {
        if (Header(file, path) is not { } bytes)
            return null;
        var header = new RedoHeader(bytes);
        if (header.Version != RedoHeader.CurrentVersion)
            throw new UnsupportedImageException(
                $"{path} has version {header.Version} and was made by a newer ImgShrink; finish the shrink with that one.");
        if (header.StepCount < 0 || header.StepCount > file.Length / RedoJournal.StepSize || header.DataBytes < 0
            || header.DataBytes > file.Length || RedoJournal.FileBytes(header.StepCount, header.DataBytes) != file.Length)
            throw Damaged(path, "its length", $"{file.Length}", $"that of {header.StepCount} steps and {header.DataBytes} bytes of data");
        if (header.TargetBytes < 0 || header.TargetBytes > header.ImageBytes)
            throw Damaged(path, "the length of the result", $"{header.TargetBytes}", $"0 to {header.ImageBytes}");
        var journal = new RedoJournal(file, Steps(file, header.StepCount))
        {
            ImageBytes = header.ImageBytes,
            TargetBytes = header.TargetBytes,
            TargetDigest = header.TargetDigest.ToArray(),
        };
        if (!BodyDigest(journal, header.DataBytes).AsSpan().SequenceEqual(header.BodyDigest))
            throw Damaged(path, "the SHA-256 of its steps and data", "another", "the one in its header");
        RequirePossible(journal, header.DataBytes, path);
        journal.ReadMarks();
        return journal;
    }

    /// <summary>Whether a file is a journal that counts, by its headers alone.</summary>
    public static bool IsCommitted(IBlockSource file, string path) => Header(file, path) is not null;

    private static byte[]? Header(IBlockSource file, string path)
    {
        if (file.Length < RedoJournal.FileBytes(0, 0))
            return null;
        byte[] first = file.ReadBytes(0, RedoHeader.Size);
        byte[] last = file.ReadBytes(file.Length - RedoHeader.Size, RedoHeader.Size);
        if (new RedoHeader(first).IsValid)
            return first;
        if (new RedoHeader(last).IsValid)
            return last;
        // The last one is begun when the first is on the medium, so there was a first one.
        return new RedoHeader(last).IsBlank ? null
            : throw Damaged(path, "its header", "damaged in both places", "whole in one of them");
    }

    private static RedoStep[] Steps(IBlockSource file, long count)
    {
        var steps = new RedoStep[count];
        const int batch = Piece / RedoJournal.StepSize;
        for (int first = 0; first < steps.Length; first += batch)
        {
            int some = Math.Min(batch, steps.Length - first);
            byte[] bytes = file.ReadBytes(RedoJournal.StepsAt + (long)first * RedoJournal.StepSize, some * RedoJournal.StepSize);
            for (int i = 0; i < some; i++)
                steps[first + i] = new RedoStepBytes(bytes.AsSpan(i * RedoJournal.StepSize)).Step;
        }

        return steps;
    }

    private static byte[] BodyDigest(RedoJournal journal, long dataBytes)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(RedoJournal.StepsAt, (long)journal.Steps.Count * RedoJournal.StepSize);
        Append(journal.DataAt, dataBytes);
        return digest.GetHashAndReset();

        void Append(long start, long length)
        {
            for (long at = start; at < start + length; at += Piece)
                digest.AppendData(journal.File.ReadBytes(at, (int)Math.Min(Piece, start + length - at)));
        }
    }

    private static void RequirePossible(RedoJournal journal, long dataBytes, string path)
    {
        long free = 0;
        for (int i = 0; i < journal.Steps.Count; i++)
        {
            RedoStep step = journal.Steps[i];
            bool isPossible = step.At >= free && step.Length > 0 && step.Length <= journal.TargetBytes - step.At
                && step.Kind switch
                {
                    RedoKind.Bytes => step.From >= 0 && step.From <= dataBytes - step.Length,
                    RedoKind.Copy => step.From > step.At && step.From <= journal.ImageBytes - step.Length,
                    RedoKind.Zeros => true,
                    _ => false,
                };
            if (!isPossible)
                throw Damaged(path, $"step {i}", $"{step}", "a place behind the step before it, inside of the image");
            free = step.End;
        }
    }

    private static CorruptImageException Damaged(string path, string place, string found, string expected) => new(
        new Finding(path, place, found, expected),
        "The shrink that it belongs to can be finished with a whole journal only; the image beside it is neither the old nor the new one. "
        + "If there is a copy of either, take that.");
}
