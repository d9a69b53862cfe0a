using ImgShrink.Blocks;
using ImgShrink.Devices;
using ImgShrink.Devices.Listing;
using ImgShrink.Devices.Writing;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Partitions;
using ImgShrink.SampleCards;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>An image is laid out for a card of another size, and written to a file in the place of one.</summary>
public sealed class CardFitTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public CardFitTests() =>
        SampleCard.Create(_folder["card.img"], new SampleCardOptions { Size = 150_000_000, Fill = 4_000_000 });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Behind_the_hook_of_a_shrink_the_partition_gets_the_rest_of_the_card_and_the_file_system_stays()
    {
        ShrinkJob.Run(
            new ShrinkOptions { Source = _folder["card.img"], Output = _folder["small.img"] }, new Silent(), CancellationToken.None);
        const long cardBytes = 203_423_744;
        CardFit fit = Write("small.img", cardBytes, new WriteOptions { Source = "small.img", Device = "card" });
        CardImage written = CardImage.Read(new RawImageFile(_folder["written.img"]));
        Partition last = written.Table.Partitions[^1];
        Assert.Equal(fit.Grown!.Length, last.Length);
        Assert.Equal((cardBytes / 512 - 33) / 2048 * 2048 * 512, last.End);
        using var small = new RawImageFile(_folder["small.img"]);
        Assert.Equal(CardImage.Read(small)[last.Number].Volume.Bytes, written[last.Number].Volume.Bytes);
        Assert.Null(((ExtVolume)written[last.Number].Volume).Damage());
        Assert.Contains("its file system grows on the first boot", fit.Growth);
    }

    [Fact]
    public void Without_the_hook_of_a_shrink_partitions_keep_their_sizes()
    {
        CardFit fit = Write("card.img", 200_000_000, new WriteOptions { Source = "card.img", Device = "card" });
        Assert.Null(fit.Grown);
        Assert.Contains("keeps its size", fit.Growth);
        CardImage image = CardImage.Read(new RawImageFile(_folder["card.img"]));
        CardImage written = CardImage.Read(new RawImageFile(_folder["written.img"]));
        Assert.Equal(image.Table.Partitions, written.Table.Partitions);
        Assert.Null(((ExtVolume)written[2].Volume).Damage());
        Assert.Empty(written.Warnings);
    }

    [Fact]
    public void A_card_that_is_too_small_is_refused_with_the_bytes_and_the_command()
    {
        NotEnoughSpaceException small = Assert.Throws<NotEnoughSpaceException>(() => Write(
            "card.img", 120_000_000, new WriteOptions { Source = "card.img", Device = "/dev/sdx" }));
        Assert.Matches(@"needs \d+ bytes, and .* has 120000000: \d+ bytes too few\.", small.Message);
        Assert.Contains("imgshrink write card.img /dev/sdx --resize", small.Message);
    }

    [Fact]
    public void With_resize_it_is_shrunk_on_the_way_to_a_card_that_is_smaller()
    {
        const long cardBytes = 120_000_000;
        CardFit fit = Write("card.img", cardBytes, new WriteOptions { Source = "card.img", Device = "card", Resize = true });
        CardImage written = CardImage.Read(new RawImageFile(_folder["written.img"]));
        Assert.InRange(written.Table.Partitions[^1].End, cardBytes - (4 << 20), cardBytes);
        Assert.Null(((ExtVolume)written[2].Volume).Damage());
        Assert.Contains("fills the card", fit.Growth);
    }

    [Fact]
    public void With_resize_a_larger_card_is_filled_by_the_first_boot()
    {
        CardFit fit = Write("card.img", 300_000_000, new WriteOptions { Source = "card.img", Device = "card", Resize = true });
        Assert.True(fit.Plan.Hook.WritesHook);
        Assert.NotNull(fit.Grown);
        CardImage written = CardImage.Read(new RawImageFile(_folder["written.img"]));
        Assert.Null(((ExtVolume)written[2].Volume).Damage());
    }

    [Theory]
    [InlineData("/ is on it", true, false, "/dev/sdq is never written: this system needs it (/ is on it).")]
    [InlineData(null, false, false, "there is no card in it")]
    [InlineData(null, true, true, "Slide the lock switch")]
    public void Some_drives_are_never_written(string? use, bool hasCard, bool isProtected, string says)
    {
        var drive = new DriveFacts { Path = "/dev/sdq", SystemUse = use, HasCard = hasCard, IsWriteProtected = isProtected };
        Assert.Contains(says, Assert.Throws<AccessException>(() => WriteGuard.Require(drive)).Message);
    }

    /// <summary>Writes to a file full of old data, so that nothing may rely on zeros that were not written.</summary>
    private CardFit Write(string image, long cardBytes, WriteOptions options)
    {
        using (FileStream file = File.Create(_folder["written.img"]))
        {
            byte[] old = Noise.Bytes(3, 1 << 20);
            while (file.Length < cardBytes)
                file.Write(old, 0, (int)Math.Min(old.Length, cardBytes - file.Length));
        }

        using var source = new RawImageFile(_folder[image]);
        using FileDrive drive = FileDrive.Open(_folder["written.img"], forWriting: true);
        CardFit fit = CardFit.For(CardImage.Read(source), drive, options, CancellationToken.None);
        var writer = new DriveWriter(drive, fit.Target);
        writer.Clear();
        writer.WriteBody(null, CancellationToken.None);
        writer.VerifyBody(null, CancellationToken.None);
        writer.WriteHead(verify: true);
        return fit;
    }

    private sealed class Silent : IProgress<ProgressStep>
    {
        public void Report(ProgressStep value)
        {
        }
    }
}
