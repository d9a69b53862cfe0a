using ImgShrink.Blocks;
using ImgShrink.Devices.Writing;
using ImgShrink.Testing;

namespace ImgShrink.Devices.Tests;

/// <summary>Writing a card: only what is claimed, the head last, and never a card that looks done and is not.</summary>
public sealed class DriveWriterTests : IDisposable
{
    private const int Head = 1 << 20;
    private const int Bytes = 24 << 20;

    private readonly TempFolder _folder = new();
    private readonly byte[] _old = Noise.Bytes(1, Bytes);
    private readonly byte[] _image = Noise.Bytes(2, Bytes);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void What_is_claimed_is_written_and_what_is_not_stays(int sectorSize)
    {
        FaultyDrive card = Card(sectorSize);
        TargetView image = Image(new ByteRange(0, 5000), new ByteRange(3 << 20, 5 << 20), new ByteRange((20 << 20) + 512, 100));
        using (card)
            Write(card, image);
        byte[] found = File.ReadAllBytes(_folder["card.img"]);
        foreach (ByteRange range in image.Claimed.Ranges())
            Assert.True(Same(found, _image, range), $"{range} is not that of the image.");
        Assert.True(Same(found, _old, ByteRange.Between(9 << 20, 19 << 20)), "Free space was written to.");
        // The head twice (once as zeros), the end as zeros, and the sectors of the claimed ranges.
        Assert.InRange(card.BytesWritten, (5 << 20) + 512 + 3 * Head, (5 << 20) * 105 / 100 + 4096 + 3 * Head);
    }

    [Fact]
    public void The_old_tables_go_first_and_the_head_comes_last()
    {
        using FaultyDrive card = Card();
        Write(card, Image(new ByteRange(0, Bytes)));
        Assert.Equal((0, Head), card.Writes[0]);
        Assert.Equal((Bytes - Head, Head), card.Writes[1]);
        Assert.Equal((0, Head), card.Writes[^1]);
        Assert.Equal(2, card.Writes.Count(write => write.At < Head));
    }

    [Fact]
    public void Wherever_it_fails_no_table_is_left()
    {
        for (int request = 2; request < 20; request++)
        {
            using FaultyDrive card = Card();
            card.GoneFrom = request;
            AccessException gone = Assert.Throws<AccessException>(() => Write(card, Image(new ByteRange(0, Bytes))));
            Assert.Contains("cannot be", gone.Message);
            Assert.True(IsBlank(), $"Request {request} left a head.");
        }
    }

    [Fact]
    public void A_card_that_forgets_what_it_was_given_is_found_out_and_left_blank()
    {
        using FaultyDrive card = Card();
        card.Forgets = new ByteRange(16 << 20, Bytes);
        VerificationException fake = Assert.Throws<VerificationException>(() => Write(card, Image(new ByteRange(0, Bytes))));
        Assert.Contains("at byte 16777216", fake.Message);
        Assert.True(IsBlank());
    }

    [Theory]
    [InlineData(19, "write-protected")]
    [InlineData(1117, "the medium fails there")]
    [InlineData(5, "Controlled folder access")]
    [InlineData(112, "counterfeit")]
    public void What_the_system_says_is_told_in_plain_words(int error, string says)
    {
        using FaultyDrive card = Card();
        card.BadWrite = (new ByteRange(10 << 20, 512), DriveError.OfWindows(error));
        Assert.Contains(says, Assert.Throws<AccessException>(() => Write(card, Image(new ByteRange(0, Bytes)))).Message);
        Assert.True(IsBlank());
    }

    [Fact]
    public void An_image_that_is_shorter_than_the_card_ends_in_zeros()
    {
        using (FaultyDrive card = Card())
        {
            var shortImage = new MemoryStore(_image[..((6 << 20) + 700)]);
            Write(card, new TargetView(shortImage, RangeSet.Of(new ByteRange(0, shortImage.Length))));
        }

        byte[] found = File.ReadAllBytes(_folder["card.img"]);
        Assert.True(Same(found, _image, new ByteRange(0, (6 << 20) + 700)));
        Assert.False(found.AsSpan((6 << 20) + 700, 1024 - 700).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void A_cancelled_write_leaves_no_table()
    {
        using FaultyDrive card = Card();
        using var cancel = new CancellationTokenSource();
        var writer = new DriveWriter(card, Image(new ByteRange(0, Bytes)), TimeSpan.Zero);
        writer.Clear();
        Assert.Throws<OperationCanceledException>(() => writer.WriteBody(new CancelAt(cancel, 8 << 20), cancel.Token));
        Assert.True(IsBlank());
    }

    private static void Write(Drive card, TargetView image)
    {
        var writer = new DriveWriter(card, image, TimeSpan.Zero);
        writer.Clear();
        writer.WriteBody(null, CancellationToken.None);
        writer.VerifyBody(null, CancellationToken.None);
        writer.WriteHead(verify: true);
    }

    private static bool Same(byte[] left, byte[] right, ByteRange range) =>
        left.AsSpan((int)range.Start, (int)range.Length).SequenceEqual(right.AsSpan((int)range.Start, (int)range.Length));

    private bool IsBlank()
    {
        using FileStream file = new(_folder["card.img"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var head = new byte[Head];
        file.ReadExactly(head);
        return !head.AsSpan().ContainsAnyExcept((byte)0);
    }

    private TargetView Image(params ByteRange[] claimed)
    {
        var ranges = new RangeSet();
        foreach (ByteRange range in claimed)
            ranges.Add(range);
        return new TargetView(new MemoryStore(_image), ranges);
    }

    private FaultyDrive Card(int sectorSize = 512)
    {
        File.WriteAllBytes(_folder["card.img"], _old);
        return new FaultyDrive(FileDrive.Open(_folder["card.img"], forWriting: true, sectorSize));
    }

    private sealed class CancelAt(CancellationTokenSource cancel, long bytes) : IProgress<long>
    {
        public void Report(long value)
        {
            if (value >= bytes)
                cancel.Cancel();
        }
    }
}
