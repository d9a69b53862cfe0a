using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>Shrinks in place of real files: the image becomes what an output would have been, to the byte.</summary>
[Collection(nameof(SampleCards))]
public sealed class InPlaceTests(SampleCards cards) : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly TempFolder _folder = new();

    private string Card => _folder["card.img"];

    private string Journal => Card + InPlaceJournal.Extension;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mbr")]
    [InlineData("gpt")]
    [InlineData("volume")]
    [InlineData("checksums")]
    public void The_image_becomes_what_an_output_would_have_been(string kind)
    {
        SampleCards.Copy(kind == "volume" ? cards.Volume : kind == "checksums" ? cards.WithChecksums : cards.Pi, Card);
        if (kind == "gpt")
            GptCard.Convert(Card, cards.Partitions);

        RequireSame();
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(90, 120)]
    public void So_it_does_with_a_partition_behind_the_root(int mebibytes, int mebibytesFree)
    {
        byte[] data = Noise.Bytes(3, mebibytes << 20);
        using (var pi = new RawImageFile(cards.Pi))
        {
            ByteRange root = cards.Partitions.Root with { Length = cards.Partitions.Root.Length / 512 * 512 };
            long behind = (root.End + 4 * MiB - 1) / (4 * MiB) * 4 * MiB;
            MbrDisk.Write(Card, behind + data.Length + 5 * MiB, new Piece(1, 0x0C, cards.Partitions.Boot.Start, new BlockWindow(pi, cards.Partitions.Boot)),
                new Piece(2, 0x83, root.Start, new BlockWindow(pi, root)), new Piece(3, 0x83, behind, new MemoryStore(data)));
        }

        ShrinkReport report = RequireSame(options => options with { Room = ShrinkRoom.Of(mebibytesFree * MiB) });

        Assert.True(report.InPlace!.JournalBytes < 16 * MiB, $"{report.InPlace.JournalBytes}");
    }

    [Fact]
    public void A_dry_run_says_what_it_takes_and_changes_nothing()
    {
        SampleCards.Copy(cards.Pi, Card);
        string before = Job.Sha256(Card);

        ShrinkReport report = InPlace(options => options with { DryRun = true });

        Assert.Null(report.Output.Bytes);
        Assert.True(report.InPlace!.JournalBytes > 1024);
        Assert.Equal(before, Job.Sha256(Card));
        Assert.Equal(["card.img"], Job.Names(_folder.Root));
    }

    [Fact]
    public void A_shrink_that_was_interrupted_is_finished_by_the_next_and_read_by_nobody_before()
    {
        SampleCards.Copy(cards.Pi, Card);
        string small = RawOf(Card);
        LeaveCommitted();

        string refusal = Assert.Throws<AccessException>(() => Job.ToRaw(Card, _folder["other.img"])).Message;
        Assert.Contains("was interrupted, and the image is neither the old nor the new one", refusal);
        Assert.Contains("imgshrink shrink " + Card + " --in-place", refusal);
        Assert.Throws<AccessException>(() => InPlace(options => options with { DryRun = true }));

        ShrinkReport report = InPlace();

        Assert.True(report.InPlace!.FinishedEarlierRun);
        Assert.Equal(Job.Sha256(small), report.Output.Sha256);
        Assert.Equal(report.Output.Sha256, Job.Sha256(Card));
        Assert.False(File.Exists(Journal));
    }

    [Fact]
    public void A_journal_that_was_never_committed_is_nothing()
    {
        SampleCards.Copy(cards.Pi, Card);
        string small = RawOf(Card);
        File.WriteAllBytes(Journal, new byte[100_000]);

        Job.ToRaw(Card, _folder["other.img"]);
        ShrinkReport report = InPlace();

        Assert.False(report.InPlace!.FinishedEarlierRun);
        Assert.Equal(Job.Sha256(small), Job.Sha256(Card));
        Assert.False(File.Exists(Journal));
    }

    [Fact]
    public void A_second_run_is_told()
    {
        SampleCards.Copy(cards.Pi, Card);
        using InPlaceImage first = InPlaceImage.Open(Card);

        Assert.Contains("Cannot open", Assert.Throws<AccessException>(() => InPlace()).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Packed_images_are_refused(bool dryRun)
    {
        File.WriteAllBytes(Card, [0xFD, .. "7zXZ\0"u8, .. new byte[4096]]);

        Assert.Contains("is a file of the kind xz, and only a raw image file (.img) can be shrunk in place",
            Assert.Throws<UnsupportedImageException>(() => InPlace(options => options with { DryRun = dryRun })).Message);
    }

    [Fact]
    public void A_link_leads_to_the_file_that_changes()
    {
        if (OperatingSystem.IsWindows())
            return; // Links take rights there that a test may not have.
        SampleCards.Copy(cards.Pi, Card);
        string small = RawOf(Card);
        LeaveCommitted();
        File.CreateSymbolicLink(_folder["link.img"], Card);

        Assert.Throws<AccessException>(() => Job.ToRaw(_folder["link.img"], _folder["other.img"]));
        ShrinkReport report = Job.Run(new ShrinkOptions { Source = _folder["link.img"], InPlace = true });

        Assert.True(report.InPlace!.FinishedEarlierRun);
        Assert.Equal(Job.Sha256(small), Job.Sha256(Card));
        Assert.Equal(Card, File.ResolveLinkTarget(_folder["link.img"], returnFinalTarget: true)!.FullName);
    }

    [Fact]
    public void A_file_with_a_second_name_is_refused()
    {
        if (!OperatingSystem.IsLinux())
            return;
        SampleCards.Copy(cards.Pi, Card);
        Tool.Run("ln", Card, _folder["other.img"]);

        Assert.Contains("has 2 names (hard links)", Assert.Throws<UnsupportedImageException>(() => InPlace()).Message);
    }

    private ShrinkReport InPlace(Func<ShrinkOptions, ShrinkOptions>? change = null)
    {
        var options = new ShrinkOptions { Source = Card, InPlace = true };
        return Job.Run(change is null ? options : change(options));
    }

    private string RawOf(string card, Func<ShrinkOptions, ShrinkOptions>? change = null)
    {
        Job.ToRaw(card, _folder["small.img"], change);
        return _folder["small.img"];
    }

    private ShrinkReport RequireSame(Func<ShrinkOptions, ShrinkOptions>? change = null)
    {
        string small = RawOf(Card, change);

        ShrinkReport report = InPlace(change);

        Assert.Equal(Job.Sha256(small), Job.Sha256(Card));
        Assert.Equal(Job.Sha256(small), report.Output.Sha256);
        Assert.True(report.Output.Verified);
        Assert.Equal(new FileInfo(Card).Length, report.Output.Bytes);
        Assert.False(File.Exists(Journal));
        return report;
    }

    /// <summary>Runs until the journal is committed and the image begins to change, and no further.</summary>
    private void LeaveCommitted()
    {
        using var cancel = new CancellationTokenSource();
        var seen = 0;
        var progress = new Job.OnStep(step =>
        {
            // Of the two times that the result is read, the second is behind the commit.
            if (step.Phase == Phase.Verifying && step.Done == Math.Min(MiB, step.Total) && ++seen == 2)
                cancel.Cancel();
        });
        string message = Assert.Throws<CancelledMidwayException>(() => ShrinkJob.Run(
            new ShrinkOptions { Source = Card, InPlace = true }, progress, cancel.Token)).Message;
        Assert.Contains("this finishes the shrink: imgshrink shrink", message);
        Assert.True(File.Exists(Journal));
    }
}
