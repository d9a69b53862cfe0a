using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>What the boot files of a card ask for, in the reports.</summary>
[Collection(nameof(SampleCards))]
public sealed class ReferenceTests(SampleCards cards) : IDisposable
{
    private static readonly ReferenceReport[] _ofThePi =
    [
        new(1, "/cmdline.txt", "PARTUUID=4f1c2a77-02", 2),
        new(2, "/etc/fstab", "PARTUUID=4f1c2a77-01", 1),
        new(2, "/etc/fstab", "PARTUUID=4f1c2a77-02", 2),
    ];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_lead_somewhere_before_and_after()
    {
        Assert.Equal(_ofThePi, InfoJob.Run(cards.Pi, new Progress<ProgressStep>(), CancellationToken.None).References);
        ShrinkReport report = Job.ToRaw(cards.Pi, _folder["small.img"]);
        Assert.Equal(_ofThePi, report.References);
        Assert.Equal(_ofThePi, InfoJob.Run(_folder["small.img"], new Progress<ProgressStep>(), CancellationToken.None).References);
        Assert.Empty(report.Warnings);
    }

    [Fact]
    public void What_never_led_anywhere_is_a_warning_that_names_the_file()
    {
        string path = SampleCards.Copy(cards.Pi, _folder["card.img"]);
        Job.Poke(path, 0x1B8, 1, 2, 3, 4);
        ShrinkReport report = Job.ToRaw(path, _folder["small.img"], options => options with { DryRun = true });
        Assert.All(report.References, each => Assert.Null(each.LeadsTo));
        Assert.Contains("/cmdline.txt on partition 1 asks for PARTUUID=4f1c2a77-02, which nothing on the card has.", report.Warnings);
        Assert.Equal(3, InfoJob.Run(path, new Progress<ProgressStep>(), CancellationToken.None).Warnings.Count(each => each.Contains("asks for")));
    }

    [Fact]
    public void A_bare_volume_has_no_neighbours_to_ask_for() =>
        Assert.Empty(InfoJob.Run(cards.Volume, new Progress<ProgressStep>(), CancellationToken.None).References);
}
