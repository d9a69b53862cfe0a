using ImgShrink.Blocks;
using ImgShrink.Devices.Reading;
using ImgShrink.Testing;

namespace ImgShrink.Devices.Tests;

/// <summary>Reading a card: any place and length, ahead of time where that was announced, and around what it cannot give.</summary>
public sealed class DriveSourceTests : IDisposable
{
    private const int Bytes = 16 << 20;
    private static readonly byte[] s_content = Noise.Bytes(25, Bytes);
    private static readonly RescueLimits s_quick = new([TimeSpan.Zero, TimeSpan.Zero], TimeSpan.FromHours(1), long.MaxValue);
    private static readonly RescueLimits s_impatient = new([], TimeSpan.Zero, 1 << 20);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void Reads_of_any_place_and_length_are_exact(int sectorSize)
    {
        using var source = new DriveSource(Card(sectorSize));
        var chance = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            int at = chance.Next(Bytes), count = chance.Next(Math.Min(Bytes - at, i % 50 == 0 ? 5 << 20 : 9000) + 1);
            Assert.True(source.ReadBytes(at, count).AsSpan().SequenceEqual(s_content.AsSpan(at, count)), $"{count} at {at}");
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => source.Read(Bytes - 1, new byte[2]));
    }

    [Fact]
    public void What_was_announced_is_read_once_in_large_pieces_and_nothing_else_is()
    {
        FaultyDrive card = Card();
        using var source = new DriveSource(card);
        // A quarter of every 64 KiB: gaps this large are not read over, for they would be most of what is read.
        var wanted = new RangeSet();
        for (int at = 0; at < Bytes; at += 64 << 10)
            wanted.Add(new ByteRange(at, 16 << 10));
        // And one long range with small gaps, which are.
        wanted.Add(new ByteRange(8 << 20, 4 << 20));
        source.Expect(wanted, wanted.TotalBytes);
        foreach (ByteRange range in wanted.Ranges())
        {
            for (long at = range.Start; at < range.End; at += 8192)
                Assert.True(source.ReadBytes(at, 8192).AsSpan().SequenceEqual(s_content.AsSpan((int)at, 8192)));
        }

        Assert.InRange(source.BytesRead, wanted.TotalBytes, wanted.TotalBytes * 11 / 10);
        Assert.Contains(card.Reads, read => read.Count == 2 << 20);
    }

    [Fact]
    public void What_was_not_announced_or_has_been_passed_can_be_read_all_the_same()
    {
        using var source = new DriveSource(Card());
        source.Expect(RangeSet.Of(new ByteRange(0, 12 << 20)), 12 << 20);
        foreach (int at in (int[])[15 << 20, 11 << 20, 0, 5 << 20, (12 << 20) - 100])
            Assert.True(source.ReadBytes(at, 200).AsSpan().SequenceEqual(s_content.AsSpan(at, 200)), $"at {at}");
    }

    [Fact]
    public void A_bad_place_costs_its_4_KiB_and_no_more()
    {
        using var source = new DriveSource(Card().WithBad(5 << 20, 512).WithBad((9 << 20) + 8192, 8192), s_quick);
        byte[] read = source.ReadBytes(0, Bytes);
        byte[] expected = [.. s_content];
        expected.AsSpan(5 << 20, 4096).Clear();
        expected.AsSpan((9 << 20) + 8192, 8192).Clear();
        Assert.True(read.AsSpan().SequenceEqual(expected));
        Assert.Equal([new ByteRange(5 << 20, 4096), new ByteRange((9 << 20) + 8192, 8192)], source.Unreadable.Ranges());
    }

    [Fact]
    public void What_works_at_the_second_try_is_not_lost()
    {
        // The first read and the eight down to the smallest piece fail, and one try after that.
        using var source = new DriveSource(Card().WithBad(1 << 20, 4096, times: 11), s_quick);
        Assert.True(source.ReadBytes(0, 2 << 20).AsSpan().SequenceEqual(s_content.AsSpan(0, 2 << 20)));
        Assert.True(source.Unreadable.IsEmpty);
    }

    [Fact]
    public void A_card_that_is_pulled_ends_the_job_at_once()
    {
        FaultyDrive card = Card();
        card.GoneFrom = 3;
        using var source = new DriveSource(card);
        AccessException gone = Assert.Throws<AccessException>(() => source.ReadBytes(0, Bytes));
        Assert.Contains("Was it pulled out?", gone.Message);
        Assert.InRange(card.Reads.Count, 4, 5); // Nothing is split, and nothing is tried again.
    }

    [Theory]
    [InlineData(1110, "The card was taken out meanwhile")]
    [InlineData(1112, "there is no card in it")]
    [InlineData(1167, "Was it pulled out?")]
    public void Errors_that_no_sector_is_to_blame_for_are_not_rescued(int error, string says)
    {
        using var source = new DriveSource(Card().WithBad(0, 512, DriveError.OfWindows(error)));
        Assert.Contains(says, Assert.Throws<AccessException>(() => source.ReadBytes(0, 4096)).Message, StringComparison.OrdinalIgnoreCase);
        Assert.True(source.Unreadable.IsEmpty);
    }

    [Fact]
    public void Beyond_the_patience_nothing_is_split_and_a_dead_card_is_given_up()
    {
        FaultyDrive card = Card().WithBad(0, Bytes);
        using var source = new DriveSource(card, s_impatient);
        AccessException dead = Assert.Throws<AccessException>(() => source.ReadBytes(0, Bytes));
        Assert.Contains("fails nearly everywhere", dead.Message);
        Assert.Single(card.Reads);
    }

    [Fact]
    public void It_closes_the_card_when_nothing_of_it_is_read_any_more_and_rescues_nothing_first()
    {
        const int slowFrom = 8 << 20; // What is read ahead when the first pieces are there.
        FaultyDrive card = Card().WithBad(slowFrom, Bytes - slowFrom);
        var slow = new SlowDrive(card, slowFrom);
        var source = new DriveSource(slow, s_quick);
        source.Expect(RangeSet.Of(new ByteRange(0, Bytes)), Bytes);
        slow.Reading.Wait();
        source.Dispose();
        Assert.False(slow.WasClosedInUse, "The card was closed while it was read.");
        Assert.InRange(card.Reads.Count(read => read.At >= slowFrom), 1, 2);
    }

    private FaultyDrive Card(int sectorSize = 512)
    {
        File.WriteAllBytes(_folder["card.img"], s_content);
        return new FaultyDrive(FileDrive.Open(_folder["card.img"], sectorSize: sectorSize));
    }

    /// <summary>A drive that takes its time from some place on, and notes whether it was closed meanwhile.</summary>
    private sealed class SlowDrive(Drive drive, long slowFrom) : Drive(drive.Path, drive.Length, drive.SectorSize)
    {
        private int _underWay;

        /// <summary>Set when a slow read has begun.</summary>
        public ManualResetEventSlim Reading { get; } = new();

        public bool WasClosedInUse { get; private set; }

        public override DriveError? Flush() => drive.Flush();

        public override DriveError? Probe() => drive.Probe();

        protected override DriveError? ReadSectors(long at, Span<byte> into)
        {
            Interlocked.Increment(ref _underWay);
            if (at >= slowFrom)
            {
                Reading.Set();
                Thread.Sleep(100);
            }

            DriveError? error = drive.Read(at, into);
            Interlocked.Decrement(ref _underWay);
            return error;
        }

        protected override DriveError? WriteSectors(long at, ReadOnlySpan<byte> from) => drive.Write(at, from);

        protected override void Dispose(bool disposing)
        {
            WasClosedInUse = Volatile.Read(ref _underWay) > 0;
            drive.Dispose();
            base.Dispose(disposing);
        }
    }
}
