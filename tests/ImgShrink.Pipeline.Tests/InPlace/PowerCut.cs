namespace ImgShrink.Pipeline.Tests;

/// <summary>What becomes of writes that were not flushed when the power fails.</summary>
internal enum Unflushed
{
    /// <summary>All of them have reached the medium.</summary>
    Kept,

    /// <summary>None has.</summary>
    Lost,

    /// <summary>Any sectors of any of them have, in any order.</summary>
    Torn,
}

/// <summary>What is on a medium after the power has failed.</summary>
/// <param name="Image">The image.</param>
/// <param name="Journal">The journal; null where there is none.</param>
internal sealed record PowerCut(byte[] Image, byte[]? Journal)
{
    private const int Sector = 512;

    /// <summary>The state after the power has failed during one of the acts.</summary>
    /// <param name="start">What there was before the first act.</param>
    /// <param name="acts">What was done.</param>
    /// <param name="during">The number of the act that was not finished; all before it were.</param>
    /// <param name="unflushed">What becomes of what was not flushed.</param>
    /// <param name="random">Decides what is torn, and whether a name that was being made or deleted is there.</param>
    public static PowerCut During(PowerCut start, IReadOnlyList<Act> acts, int during, Unflushed unflushed, Random random)
    {
        byte[] image = [.. start.Image];
        byte[]? journal = start.Journal is null ? null : [.. start.Journal];
        List<Act> ofImage = [], ofJournal = [];
        for (int i = 0; i <= during; i++)
        {
            Act act = acts[i];
            bool isFinished = i < during;
            List<Act> waiting = act.Which == Which.Image ? ofImage : ofJournal;
            switch (act.Deed)
            {
                case Deed.Write or Deed.SetLength:
                    waiting.Add(act);
                    break;
                case Deed.Flush when isFinished && act.Which == Which.Image:
                    image = Apply(image, waiting, Unflushed.Kept, random);
                    waiting.Clear();
                    break;
                case Deed.Flush when isFinished:
                    journal = Apply(journal!, waiting, Unflushed.Kept, random);
                    waiting.Clear();
                    break;
                case Deed.Create when isFinished || random.Next(2) == 0:
                    journal = new byte[isFinished || random.Next(2) == 0 ? act.At : 0];
                    break;
                case Deed.Delete when isFinished || random.Next(2) == 0:
                    journal = null;
                    ofJournal.Clear();
                    break;
            }
        }

        return new PowerCut(
            Apply(image, ofImage, unflushed, random), journal is null ? null : Apply(journal, ofJournal, unflushed, random));
    }

    private static byte[] Apply(byte[] file, List<Act> acts, Unflushed unflushed, Random random)
    {
        if (unflushed == Unflushed.Lost)
            return file;
        Act[] order = [.. acts];
        if (unflushed == Unflushed.Torn)
            random.Shuffle(order);
        foreach (Act act in order)
        {
            if (unflushed == Unflushed.Torn && random.Next(3) == 0)
                continue;
            if (act.Deed == Deed.SetLength)
                Array.Resize(ref file, (int)act.At);
            else
                Put(file, act, torn: unflushed == Unflushed.Torn && random.Next(2) == 0, random);
        }

        return file;
    }

    private static void Put(byte[] file, Act act, bool torn, Random random)
    {
        for (int at = 0; at < act.Bytes!.Length; at += Sector)
        {
            int count = Math.Min(Math.Min(Sector, act.Bytes.Length - at), file.Length - (int)act.At - at);
            if (count > 0 && !(torn && random.Next(2) == 0))
                act.Bytes.AsSpan(at, count).CopyTo(file.AsSpan((int)act.At + at));
        }
    }
}
