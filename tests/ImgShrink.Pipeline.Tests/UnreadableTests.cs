using System.Text;
using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Devices.Reading;
using ImgShrink.SampleCards;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>Cards with bad sectors: whose they are is told by name, and free space does not matter.</summary>
public sealed class UnreadableTests : IDisposable
{
    private static readonly RescueLimits s_quick = new([], TimeSpan.FromHours(1), long.MaxValue);

    private readonly TempFolder _folder = new();
    private readonly byte[] _card;

    public UnreadableTests()
    {
        SampleCard.Create(_folder["card.img"], new SampleCardOptions { Size = 150_000_000, Fill = 2_000_000 });
        _card = File.ReadAllBytes(_folder["card.img"]);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("PRETTY_NAME=", "2:/usr/lib/os-release")]
    [InlineData("console=", "1:/cmdline.txt")]
    public void The_files_with_bad_sectors_are_named_and_mapped(string content, string file)
    {
        long bad = _card.AsSpan().IndexOf(Encoding.ASCII.GetBytes(content)) / 4096 * 4096;
        using DriveSource source = Read(bad);
        UnreadableReport losses = Losses(source, RangeSet.Of(new ByteRange(bad, 4096)))!;
        Assert.Equal(4096, losses.Bytes);
        Assert.Equal([new ByteRange(bad, 4096)], losses.Ranges);
        Assert.Contains(file, losses.Files);
        Assert.True(losses.Files.Count <= 8, "All files that share 4 KiB, no others.");
        Assert.Contains($"0x{bad:X8}  0x00001000  -\n", File.ReadAllText(losses.MapFile!));
    }

    [Fact]
    public void Bad_sectors_in_free_space_are_never_met()
    {
        long free = _card.Length / 8192 * 4096 + (30 << 20);
        using DriveSource source = Read(free);
        CardImage card = CardImage.Read(source);
        RangeSet needed = TargetDisk.Compose(card, new Dictionary<int, TargetView>(), CancellationToken.None).Data;
        Assert.False(needed.Contains(free), "The sample has grown into its free space.");
        Assert.Null(Losses(source, needed));
    }

    [Fact]
    public void Structures_that_cannot_be_read_are_the_news_and_not_the_zeros_in_their_place()
    {
        long root = CardImage.Read(new RawImageFile(_folder["card.img"]))[2].Partition.Start;
        using DriveSource source = Read(root + 4096, 16 * 4096); // The group descriptors, and what follows.
        using CardReading reading = CardReading.Of(source);
        AccessException said = Assert.Throws<AccessException>(() => reading.Explaining(() =>
        {
            CardImage card = CardImage.Read(source);
            var options = new ShrinkOptions { Source = "card" };
            return CardPlan.Make(card, VolumeChoice.Of(card, options), options, CancellationToken.None);
        }));
        Assert.Contains("sectors that cannot be read", said.Message);
        Assert.Contains("imgshrink capture --all-sectors --ignore-read-errors", said.Message);
    }

    [Fact]
    public void A_map_that_is_there_already_stays_and_costs_nothing_of_the_image()
    {
        long bad = _card.AsSpan().IndexOf("PRETTY_NAME="u8) / 4096 * 4096;
        var options = new ShrinkOptions { Source = "card", Output = _folder["out.img"], Format = ContainerFormats.ByName("raw") };
        File.WriteAllText(_folder["out.img.unreadable.map"], "mine");
        using DriveSource source = Read(bad);
        ShrinkReport report = ShrinkJob.Run(source, OutputName.Of(options), options, new Job.OnStep(_ => { }), CancellationToken.None);
        Assert.True(report.Output.Verified && File.Exists(_folder["out.img"]));
        Assert.Null(report.Unreadable!.MapFile);
        Assert.Contains("2:/usr/lib/os-release", report.Unreadable.Files);
        Assert.Contains(report.Warnings, each => each.Contains("no map of what could not be read") && each.Contains("exists already"));
        Assert.Equal("mine", File.ReadAllText(_folder["out.img.unreadable.map"]));
    }

    [Fact]
    public void A_card_that_is_gone_by_then_still_gives_a_map()
    {
        var drive = new FaultyDrive(FileDrive.Open(_folder["card.img"])).WithBad(_card.Length / 2, 4096);
        using var source = new DriveSource(drive, s_quick);
        source.ReadBytes(_card.Length / 2, 4096);
        CardImage card = CardImage.Read(source);
        drive.GoneFrom = drive.Reads.Count;
        using CardReading reading = CardReading.Of(source);
        CardLosses losses = reading.Losses(card, _folder["out"], overwrite: false, before: null, CancellationToken.None);
        Assert.Equal(4096, losses.Report!.Bytes);
        Assert.Empty(losses.Report.Files);
        Assert.True(File.Exists(losses.Report.MapFile));
        Assert.StartsWith("Partition 2: which of its files are damaged could not be found out: ", Assert.Single(losses.Warnings));
    }

    [Fact]
    public void Who_does_not_wait_for_the_names_of_the_files_has_the_rest()
    {
        using DriveSource source = Read(_card.Length / 2);
        source.ReadBytes(_card.Length / 2, 4096);
        using CardReading reading = CardReading.Of(source);
        CardLosses losses = reading.Losses(
            CardImage.Read(source), _folder["out"], overwrite: false, before: null, new CancellationToken(canceled: true));
        Assert.True(File.Exists(losses.Report!.MapFile));
        Assert.EndsWith("could not be found out: that was cancelled.", Assert.Single(losses.Warnings));
    }

    private static UnreadableReport? Losses(DriveSource source, RangeSet needed)
    {
        foreach (ByteRange range in needed.Ranges())
            source.ReadBytes(range.Start, (int)range.Length);
        using CardReading reading = CardReading.Of(source);
        return reading.Losses(CardImage.Read(source), source.Path + ".out", overwrite: false, before: null, CancellationToken.None).Report;
    }

    private DriveSource Read(long badAt, long badBytes = 4096) => new(
        new FaultyDrive(FileDrive.Open(_folder["card.img"])).WithBad(badAt, badBytes), s_quick);
}
