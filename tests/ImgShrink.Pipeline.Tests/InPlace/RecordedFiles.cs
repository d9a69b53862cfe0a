using ImgShrink.Blocks;

namespace ImgShrink.Pipeline.Tests;

/// <summary>Which file something was done to.</summary>
internal enum Which
{
    Image,
    Journal,
}

/// <summary>What was done to a file.</summary>
internal enum Deed
{
    Write,
    Flush,
    SetLength,
    Create,
    Delete,
}

/// <summary>One thing that was done to a file.</summary>
/// <param name="Deed">What.</param>
/// <param name="Which">To which.</param>
/// <param name="At">Where; the length, where one is set.</param>
/// <param name="Bytes">What was written.</param>
internal sealed record Act(Deed Deed, Which Which, long At = 0, byte[]? Bytes = null);

/// <summary>An image and its journal in memory, with a record of everything that is done to them.</summary>
internal sealed class RecordedFiles : IInPlaceFiles
{
    private readonly Store _image;
    private Store? _journal;

    public RecordedFiles(byte[] image, byte[]? journal = null)
    {
        _image = new Store(this, Which.Image, image);
        _journal = journal is null ? null : new Store(this, Which.Journal, journal);
    }

    /// <summary>All that was done, in order.</summary>
    public List<Act> Acts { get; } = [];

    /// <summary>From this act on the medium refuses everything.</summary>
    public int FailsFrom { get; init; } = int.MaxValue;

    /// <summary>How many acts it refuses from there on.</summary>
    public int FailsFor { get; init; } = int.MaxValue;

    /// <summary>Called before each act, with its number.</summary>
    public Action<int>? Before { get; init; }

    public IDurableStore Image => _image;

    public byte[] ImageBytes => _image.Content;

    public byte[]? JournalBytes => _journal?.Content;

    public IDurableStore? OpenJournal() => _journal;

    public IDurableStore CreateJournal(long length)
    {
        Assert.Null(_journal);
        Note(new Act(Deed.Create, Which.Journal, length));
        return _journal = new Store(this, Which.Journal, new byte[length]);
    }

    public void DeleteJournal()
    {
        Note(new Act(Deed.Delete, Which.Journal));
        _journal = null;
    }

    private void Note(Act act)
    {
        Before?.Invoke(Acts.Count);
        Acts.Add(act);
        if (Acts.Count > FailsFrom && Acts.Count - FailsFrom <= FailsFor)
            throw new AccessException($"{act.Deed} of the {act.Which} failed.");
    }

    private sealed class Store(RecordedFiles files, Which which, byte[] start) : IDurableStore
    {
        public byte[] Content { get; private set; } = [.. start];

        public long Length => Content.Length;

        public void Read(long at, Span<byte> into)
        {
            ByteRange.ThrowIfOutside(at, into.Length, Length);
            Content.AsSpan((int)at, into.Length).CopyTo(into);
        }

        public void Write(long at, ReadOnlySpan<byte> from)
        {
            ByteRange.ThrowIfOutside(at, from.Length, Length);
            files.Note(new Act(Deed.Write, which, at, from.ToArray()));
            from.CopyTo(Content.AsSpan((int)at));
        }

        public void Flush() => files.Note(new Act(Deed.Flush, which));

        public void SetLength(long length)
        {
            files.Note(new Act(Deed.SetLength, which, length));
            byte[] content = Content;
            Array.Resize(ref content, (int)length);
            Content = content;
        }
    }
}
