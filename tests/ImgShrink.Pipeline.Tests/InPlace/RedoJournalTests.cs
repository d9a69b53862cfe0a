using ImgShrink.Blocks;

namespace ImgShrink.Pipeline.Tests;

/// <summary>Journals with one thing wrong.</summary>
public sealed class RedoJournalTests
{
    private readonly InPlaceCase _case = Enumerable.Range(11, 100).Select(InPlaceCase.Random).First(each => Staying(each).Any());
    private readonly byte[] _image;
    private readonly byte[] _journal;

    public RedoJournalTests()
    {
        var files = new RecordedFiles(_case.Image);
        _case.Run(files);
        int committed = files.Acts.FindLastIndex(act => act is { Deed: Deed.Write, Which: Which.Journal, At: > RedoJournal.StepsAt }) + 2;
        PowerCut cut = PowerCut.During(new PowerCut(_case.Image, null), files.Acts, committed, Unflushed.Lost, new Random(0));
        (_image, _journal) = (cut.Image, cut.Journal!);
    }

    [Fact]
    public void A_whole_journal_is_finished()
    {
        var files = new RecordedFiles(_image, _journal);

        RedoJournal? done = new InPlaceCommit(files).Finish("j", CancellationToken.None);

        Assert.Equal(_case.Target.Length, done!.TargetBytes);
        Assert.Equal(_case.Image.Length, done.ImageBytes);
        Assert.Equal(_case.Target, files.ImageBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_header_that_is_damaged_does_not_matter(bool first)
    {
        _journal[first ? 0x18 : _journal.Length - 512 + 0x18] ^= 1;
        var files = new RecordedFiles(_image, _journal);

        Assert.NotNull(new InPlaceCommit(files).Finish("j", CancellationToken.None));
        Assert.Equal(_case.Target, files.ImageBytes);
    }

    [Fact]
    public void Two_that_are_damaged_are_told_from_none_that_was_written()
    {
        _journal[0x18] ^= 1;
        _journal[^500] ^= 1;
        var damaged = new RecordedFiles(_image, _journal);
        Assert.Contains("its header is damaged in both places, expected whole in one of them",
            Assert.Throws<CorruptImageException>(() => new InPlaceCommit(damaged).Finish("j", CancellationToken.None)).Message);
        Assert.Empty(damaged.Acts);

        _journal.AsSpan(_journal.Length - 512).Clear();
        var torn = new RecordedFiles(_image, _journal);
        Assert.Null(new InPlaceCommit(torn).Finish("j", CancellationToken.None));
        Assert.Null(torn.JournalBytes);
        Assert.Equal(_image, torn.ImageBytes);
    }

    [Fact]
    public void A_step_that_is_damaged_is_found()
    {
        _journal[(int)RedoJournal.StepsAt + 8] ^= 1;
        Refused<CorruptImageException>("the SHA-256 of its steps and data is another, expected the one in its header");
    }

    [Fact]
    public void A_journal_that_is_cut_short_is_damaged()
    {
        var files = new RecordedFiles(_image, _journal[..^512]);
        Assert.Contains("its length is", Assert.Throws<CorruptImageException>(
            () => new InPlaceCommit(files).Finish("j", CancellationToken.None)).Message);
    }

    [Fact]
    public void A_newer_version_is_left_to_its_program()
    {
        Reseal(sector => Le.Put32(sector, 0x08, 2));
        Refused<UnsupportedImageException>("has version 2 and was made by a newer ImgShrink");
    }

    [Fact]
    public void A_result_that_is_longer_than_the_image_is_impossible()
    {
        Reseal(sector => Le.Put64(sector, 0x18, (ulong)_case.Image.Length + 512));
        Refused<CorruptImageException>("the length of the result is");
    }

    [Fact]
    public void The_journal_of_another_image_is_refused()
    {
        _image[Staying(_case).First()] ^= 1;
        Refused<AccessException>("is the journal of another image, or the image was changed since");
    }

    [Fact]
    public void So_is_one_of_an_image_of_another_length()
    {
        var files = new RecordedFiles([.. _image, .. new byte[512]], _journal);
        Assert.Throws<AccessException>(() => new InPlaceCommit(files).Finish("j", CancellationToken.None));
        Assert.Empty(files.Acts);
    }

    [Fact]
    public void A_journal_without_a_committed_header_does_not_keep_anybody_from_reading()
    {
        Assert.True(RedoJournalReader.IsCommitted(new MemoryStore(_journal), "j"));
        Assert.False(RedoJournalReader.IsCommitted(new MemoryStore(new byte[_journal.Length]), "j"));
        Assert.False(RedoJournalReader.IsCommitted(new MemoryStore([]), "j"));
    }

    /// <summary>Places in use whose bytes are those of the target already.</summary>
    private static IEnumerable<long> Staying(InPlaceCase each)
    {
        IReadOnlyList<RedoStep> steps = each.Plan().Steps;
        return each.InUse.Ranges().Select(range => range.Start).Where(at => at < each.Target.Length
            && steps.All(step => !new ByteRange(step.At, step.Length).Contains(new ByteRange(at, 1))));
    }

    private void Refused<T>(string because)
        where T : ImgShrinkException
    {
        var files = new RecordedFiles(_image, _journal);
        Assert.Contains(because,
            Assert.Throws<T>(() => new InPlaceCommit(files).Finish("j", CancellationToken.None)).Message);
        Assert.Empty(files.Acts);
    }

    private void Reseal(Action<byte[]> change)
    {
        byte[] sector = _journal[..512];
        change(sector);
        uint sum = ~Crc32.Append(Crc32.Append(uint.MaxValue, sector.AsSpan(0, 0x0C)), sector.AsSpan(0x10));
        Le.Put32(sector, 0x0C, sum);
        sector.CopyTo(_journal, 0);
    }
}
