using ImgShrink.Blocks;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>Images that end before their partitions do.</summary>
[Collection(nameof(SampleCards))]
public sealed class SalvageTests(SampleCards cards) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_used_blocks_behind_the_end_it_is_refused_with_the_way_on()
    {
        string path = Cut(704);
        var refused = Assert.Throws<CorruptImageException>(() => Job.ToRaw(path, _folder["small.img"]));
        Assert.StartsWith("The image ends 704 sectors before partition 2 does: the copy is incomplete. "
            + "But nothing that is in use is missing.", refused.Message);
        Assert.EndsWith("use what there is: imgshrink shrink --salvage.", refused.Message);
        Assert.Equal(refused.Message, Assert.Throws<CorruptImageException>(() => InfoJob.Run(path, new Progress<ProgressStep>(), CancellationToken.None)).Message);
        Assert.False(File.Exists(_folder["small.img"]));
    }

    [Fact]
    public void On_demand_it_gives_what_the_complete_image_gives()
    {
        string path = Cut(704);
        ShrinkReport whole = Job.ToRaw(cards.Pi, _folder["whole.img"]);
        ShrinkReport salvaged = Job.ToRaw(path, _folder["small.img"], options => options with { Salvage = true });
        Assert.Equal(whole.Output.Sha256, salvaged.Output.Sha256);
        Assert.StartsWith("The image ends 704 sectors before partition 2 does. Nothing that is in use is missing",
            Assert.Single(salvaged.Warnings));
        Assert.Equal(salvaged.Warnings, InfoJob.Run(path, new Progress<ProgressStep>(), CancellationToken.None, salvage: true).Warnings);
    }

    [Fact]
    public void Volumes_that_keep_their_sizes_are_whole_again()
    {
        ShrinkReport report = Job.ToRaw(Cut(704), _folder["same.img"], options => options with { Salvage = true, KeepSizes = true });
        ShrinkReport whole = Job.ToRaw(cards.Pi, _folder["whole.img"], options => options with { KeepSizes = true });
        Assert.InRange(report.Output.ImageBytes - whole.Output.ImageBytes, 0, (1 << 20) - 1);
        Assert.Equal(Job.Bytes(_folder["whole.img"], 0, 190 << 20), Job.Bytes(_folder["same.img"], 0, 190 << 20));
    }

    [Fact]
    public void With_used_blocks_behind_the_end_nothing_helps()
    {
        string path = SampleCards.Copy(cards.Pi, _folder["card.img"]);
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(cards.Partitions.Root.Start + 20_000_000);
        var refused = Assert.Throws<CorruptImageException>(
            () => Job.ToRaw(path, _folder["small.img"], options => options with { Salvage = true }));
        Assert.Matches(@"the copy is incomplete, and \d+ bytes that are in use, or may be, are missing\.", refused.Message);
        Assert.DoesNotContain("--salvage", refused.Message);
    }

    /// <summary>The card without its last sectors, which are free.</summary>
    private string Cut(int sectors)
    {
        string path = SampleCards.Copy(cards.Pi, _folder["card.img"]);
        using FileStream file = File.OpenWrite(path);
        file.SetLength(cards.Partitions.Root.Start + cards.Partitions.Root.Length / 512 * 512 - sectors * 512);
        return path;
    }
}
