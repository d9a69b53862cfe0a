using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FirstBoot;
using Xunit.Abstractions;

namespace ImgShrink.Pipeline.Tests.Capture;

/// <summary>Captures that are stopped, and gone on with.</summary>
[Collection(nameof(SampleCards))]
public sealed class ResumeTests(SampleCards cards, ITestOutputHelper output)
{
    private const string Unfinished = "out.imgshrink-partial", Journal = "out.imgshrink-capture";

    public static TheoryData<string> Formats => ["raw", "zst", "zst seekable", "xz", "gz", "zip"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_capture_that_lost_its_card_at_any_read_ends_as_one_that_did_not(string format)
    {
        using var capture = new CaptureCase(cards.Pi, format);
        byte[] expected = capture.Undisturbed(out int requests);
        (int stops, int resumed) = (0, 0);
        int[] places = [1, requests / 2, .. Enumerable.Range(1, format is "raw" or "zst" ? 5 : 2).Select(back => requests - back)];
        foreach (int n in format == "xz" ? places[^2..] : places)
        {
            stops++;
            AccessException stopped = Assert.Throws<AccessException>(() => capture.Run(goneFrom: n));
            bool holds = File.Exists(capture.Journal);
            Assert.Equal(holds ? [Journal, Unfinished] : [], capture.Folder.Files.Order());
            Assert.Equal(holds, stopped.Message.Contains("--resume goes on"));
            Assert.Equal(holds, capture.Run(resume: true).ResumedBytes > 0);
            capture.ExpectOnly(expected);
            resumed += holds ? 1 : 0;
        }

        Assert.True(resumed >= 2, $"{resumed} of {stops}");
        output.WriteLine($"{format}: stopped {stops} times, gone on with {resumed} times, always as if never stopped");
    }

    [Fact]
    public void A_journal_that_cannot_be_deleted_takes_nothing_from_the_capture()
    {
        if (OperatingSystem.IsWindows())
            return; // There nobody can put something else in its place.
        using var capture = new CaptureCase(cards.Pi, "raw");
        ShrinkReport report = capture.Run(step: step =>
        {
            if (step.Phase != Phase.Verifying || !File.Exists(capture.Journal))
                return;
            File.Delete(capture.Journal);
            Directory.CreateDirectory(capture.Journal);
        });
        Assert.True(Directory.Exists(capture.Journal));
        Assert.True(report.Output.Verified);
        Assert.Equal(["out"], capture.Folder.Files);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_torn_is_read_again(string format)
    {
        using var capture = new CaptureCase(cards.Pi, format);
        byte[] expected = capture.Undisturbed(out int requests);
        Assert.Throws<AccessException>(() => capture.Run(goneFrom: requests - 3));
        (byte[] journal, byte[] partial) = (File.ReadAllBytes(capture.Journal), File.ReadAllBytes(capture.Partial));
        var random = new Random(7);
        for (int i = format is "raw" or "zst" ? 0 : 3; i < (format == "xz" ? 4 : 6); i++)
        {
            (byte[] tornJournal, byte[] tornPartial) = ([.. journal], [.. partial]);
            if (i % 3 != 1)
                tornJournal = [.. journal[..random.Next(journal.Length)], .. "0bad51de cell 3 "u8];
            if (i % 3 != 0)
                tornPartial.AsSpan(random.Next(partial.Length)).Clear();
            File.WriteAllBytes(capture.Journal, tornJournal);
            File.WriteAllBytes(capture.Partial, i == 5 ? tornPartial[..(partial.Length / 2)] : tornPartial);
            capture.Run(resume: true);
            capture.ExpectOnly(expected);
        }
    }

    [Fact]
    public void A_capture_can_be_stopped_again_and_again()
    {
        using var capture = new CaptureCase(cards.WithChecksums, "zst");
        byte[] expected = capture.Undisturbed(out int requests);
        for (int back = 6; back > 1; back--)
            Assert.Throws<AccessException>(() => capture.Run(resume: true, goneFrom: requests - back));
        capture.Run(resume: true);
        capture.ExpectOnly(expected);
    }

    [Theory]
    [InlineData(Phase.Writing)]
    [InlineData(Phase.Verifying)]
    public void Cancelling_keeps_what_was_read_and_says_so(Phase phase)
    {
        using var capture = new CaptureCase(cards.Pi, "zst");
        byte[] expected = capture.Undisturbed(out _);
        using var cancel = new CancellationTokenSource();
        string said = Assert.Throws<CancelledMidwayException>(() => capture.Run(cancel: cancel.Token, step: step =>
        {
            if (step.Phase == phase && step.Done > (phase == Phase.Writing ? 30 << 20 : 0))
                cancel.Cancel();
        })).Message;
        Assert.Contains("Cancelled. What was read is kept, in out.imgshrink-partial: 'imgshrink capture' with the same arguments and --resume goes on", said);
        capture.Run(resume: true);
        capture.ExpectOnly(expected);
    }

    [Fact]
    public void Without_resume_a_stopped_capture_is_in_the_way_unless_it_is_to_begin_again()
    {
        using var capture = new CaptureCase(cards.Pi, "raw");
        byte[] expected = capture.Stopped();
        Assert.Contains("'imgshrink capture' with --resume goes on with it, --force begins again.", Assert.Throws<AccessException>(() => capture.Run()).Message);
        Assert.Equal(0, capture.Run(change: options => options with { Overwrite = true }).ResumedBytes);
        capture.ExpectOnly(expected);
        Assert.Equal(0, capture.Run(resume: true).ResumedBytes); // There is none any more: it begins.
        capture.ExpectOnly(expected);
    }

    [Fact]
    public void A_journal_of_another_version_is_left_alone()
    {
        using var capture = new CaptureCase(cards.Pi, "raw");
        capture.Stopped();
        byte[] newer = [.. JournalLine.Of("imgshrink-capture 2"), .. File.ReadAllBytes(capture.Journal)];
        File.WriteAllBytes(capture.Journal, newer);
        Assert.Contains("another version of imgshrink", Assert.Throws<AccessException>(() => capture.Run(resume: true)).Message);
        Assert.Equal(newer, File.ReadAllBytes(capture.Journal));
    }

    [Fact]
    public void Other_options_are_refused_and_those_that_change_no_byte_are_not()
    {
        using var capture = new CaptureCase(cards.Pi, "zst");
        byte[] expected = capture.Stopped();
        foreach (Func<ShrinkOptions, ShrinkOptions> change in (Func<ShrinkOptions, ShrinkOptions>[])
            [
                options => options with { Expand = ExpandLimit.Percent(50) }, options => options with { KeepSizes = true },
                options => options with { Room = FileSystems.Ext.ShrinkRoom.Of(5 << 20) },
                options => options with { Compression = options.Compression with { Level = 5 } },
            ])
            Assert.Contains("had other options", Assert.Throws<AccessException>(() => capture.Run(resume: true, change: change)).Message);
        capture.Run(resume: true, change: options => options with
        {
            Bmap = true, Verify = false, Compression = options.Compression with { Threads = 1 },
        });
        Assert.Equal(["out", "out.bmap"], capture.Folder.Files.Order());
        File.Delete(capture.Folder["out.bmap"]);
        capture.ExpectOnly(expected);
    }

    [Fact]
    public void Another_card_and_a_changed_one_are_refused_and_the_right_one_is_gone_on_with()
    {
        using var capture = new CaptureCase(cards.Pi, "raw");
        byte[] expected = capture.Stopped();
        string other = capture.Folder["other"];
        SampleCards.Copy(cards.Pi, other);
        using (FileStream longer = File.OpenWrite(other))
            longer.SetLength(longer.Length + (1 << 20));
        Refused("another card: it has 201048576 bytes, and the capture that was stopped was of one with 200000000");
        Refused("outside of its partitions, at byte 0", at: 100);
        byte[] bytes = File.ReadAllBytes(cards.Pi);
        int system = bytes.AsSpan().IndexOf("PRETTY_NAME="u8);
        Refused($"in Partition 2 (ext4), at byte {system >> 20 << 20}", at: system + 20);
        int last = ContentInLastCell(capture, bytes, expected);
        Refused($"in what becomes byte {last >> 22 << 22} of the image", at: bytes.AsSpan().IndexOf(expected.AsSpan(last, 512)));
        File.Delete(other);
        Assert.True(capture.Run(resume: true).ResumedBytes > 0);
        capture.ExpectOnly(expected);

        void Refused(string says, int? at = null)
        {
            if (at is int place)
            {
                File.Delete(other);
                SampleCards.Copy(cards.Pi, other);
                Job.Poke(other, place, "?"u8);
            }

            string said = Assert.Throws<VerificationException>(() => capture.Run(resume: true, from: other)).Message;
            Assert.Contains(says, said);
            Assert.Contains("use --force without --resume to begin again", said);
        }
    }

    [Fact]
    public void What_could_not_be_read_before_the_stop_is_reported_at_the_end()
    {
        using var capture = new CaptureCase(cards.Pi, "zst");
        capture.Undisturbed(out int requests);
        long bad = File.ReadAllBytes(cards.Pi).AsSpan().IndexOf(Encoding.ASCII.GetBytes("console=")) / 4096 * 4096;
        Assert.Throws<AccessException>(() => capture.Run(goneFrom: requests + 5, drive: drive => drive.WithBad(bad, 4096)));
        Assert.True(File.Exists(capture.Journal));
        UnreadableReport lost = capture.Run(resume: true, drive: drive => drive.WithBad(bad, 4096)).Unreadable!;
        Assert.Equal([new ByteRange(bad, 4096)], lost.Ranges);
        Assert.Contains("1:/cmdline.txt", lost.Files);
    }

    /// <summary>Where, from the last cell that a stopped capture has on, the image has the content of a file of the card.</summary>
    /// <remarks>No structure of a file system has so many different bytes in a sector; which cell is the last one is a matter of time.</remarks>
    private static int ContentInLastCell(CaptureCase capture, byte[] card, byte[] image)
    {
        long cell = long.Parse(File.ReadLines(capture.Journal).Last().Split(' ')[2]);
        for (int at = (int)cell << 22; ; at += 512)
        {
            if (image.AsSpan(at, 512).ToArray().Distinct().Count() > 128 && card.AsSpan().IndexOf(image.AsSpan(at, 512)) >= 0)
                return at;
        }
    }
}
