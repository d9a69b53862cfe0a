using ImgShrink.Blocks;
using ImgShrink.Devices;
using ImgShrink.Devices.Listing;
using ImgShrink.Devices.Writing;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FirstBoot;
using ImgShrink.Partitions;
using ImgShrink.SampleCards;
using ImgShrink.SampleCards.Disk;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>An image is laid out for a card of another size, and written to a file in the place of one.</summary>
public sealed class CardFitTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<RawImageFile> _open = [];
    private readonly CardPartitions _partitions;

    public CardFitTests() =>
        _partitions = SampleCard.Create(_folder["card.img"], new SampleCardOptions { Size = 150_000_000, Fill = 4_000_000 });

    public void Dispose()
    {
        Close();
        _folder.Dispose();
    }

    [Fact]
    public void The_last_partition_and_its_file_system_get_the_rest_of_the_card()
    {
        const long cardBytes = 203_423_744;
        CardFit fit = Write("card.img", cardBytes, new WriteOptions { Source = "card.img", Device = "card" });
        ExpectGrown(fit, (cardBytes / 512 - 33) / 2048 * 2048 * 512);
        Assert.Contains("and its file system have the rest of the card now", fit.Growth.Sentence);
        CardImage image = Read("card.img"), written = Read("written.img");
        Assert.Equal(OpenCard.Listing(ExtFileTree.Open((ExtVolume)image[2].Volume)),
            OpenCard.Listing(ExtFileTree.Open((ExtVolume)written[2].Volume)));
        Assert.Equal(image.Table.DiskId, written.Table.DiskId);
        Assert.Equal(image.Table.Partitions[0], written.Table.Partitions[0]);
        Assert.Empty(written.Warnings);
    }

    [Fact]
    public void The_hook_of_a_shrink_is_not_needed_any_more()
    {
        Shrink(ExpandLimit.Max, generalize: false);
        Assert.Equal("max", Script("small.img"));
        const long cardBytes = 203_423_744;
        CardFit fit = Write("small.img", cardBytes, new WriteOptions { Source = "small.img", Device = "card" });
        ExpectGrown(fit, (cardBytes / 512 - 33) / 2048 * 2048 * 512);
        Assert.Null(Script("written.img"));
        Assert.Empty(FirstBootHook.WhatIsArmed(SystemFiles.Of(Read("written.img"), (ExtVolume)Read("written.img")[2].Volume)));
    }

    [Fact]
    public void A_hook_that_shall_not_fill_the_card_is_left_its_work()
    {
        Shrink(expand: ExpandLimit.Percent(50), generalize: false);
        var options = new WriteOptions { Source = "small.img", Device = "card" };
        ExpectSame(Write("small.img", 200_000_000, options), "the hook on it grows it on the first boot, to 50%", source: "small.img");
        CardFit fit = Write("small.img", 200_000_000, options with { Grow = true });
        ExpectGrown(fit, fit.Growth.Partition!.End);
        Assert.Null(Script("written.img"));
    }

    [Fact]
    public void The_card_of_a_system_that_was_never_started_grows_only_when_that_is_asked_for()
    {
        Shrink(expand: null, generalize: true);
        var options = new WriteOptions { Source = "small.img", Device = "card" };
        ExpectSame(Write("small.img", 200_000_000, options), "--expand max grows it all the same", source: "small.img");
        ExpectGrown(Write("small.img", 200_000_000, options with { Grow = true }), 200_000_000 / (1 << 20) * (1 << 20));
        ExpectGrown(Write("small.img", 200_000_000, options with { Resize = true }), 200_000_000 / (1 << 20) * (1 << 20));
    }

    [Fact]
    public void Nothing_grows_where_that_is_not_wanted()
    {
        var options = new WriteOptions { Source = "card.img", Device = "card", Grow = false };
        ExpectSame(Write("card.img", 200_000_000, options), "keeps its size (--expand none)");
        Assert.Equal(File.ReadAllBytes(_folder["card.img"])[..512], Job.Bytes(_folder["written.img"], 0, 512));
    }

    [Fact]
    public void A_card_of_the_same_size_is_filled_as_it_is() =>
        Assert.Contains("fills the card as it is", Write("card.img", 150_000_128, new WriteOptions { Source = "card.img", Device = "card" })
            .Growth.Sentence);

    /// <summary>Such as the hashes of a file system that is verified block by block.</summary>
    [Fact]
    public void What_lies_behind_a_file_system_in_its_partition_keeps_it_from_growing()
    {
        Partition last = Read("card.img").Table.Partitions[^1];
        Poke(last.End + (1 << 20) - 1, 0);
        Poke(446 + 16 + 12, BitConverter.GetBytes((uint)(last.Length / 512 + 1024)));
        var options = new WriteOptions { Source = "card.img", Device = "card", Grow = true };
        Assert.NotNull(Write("card.img", 200_000_000, options).Growth.Volume);
        Poke(last.End + 5000, 1);
        ExpectSame(Write("card.img", 200_000_000, options), "something else lies between");
    }

    [Fact]
    public void A_gpt_gets_its_backup_behind_what_has_grown()
    {
        GptCard.Convert(_folder["card.img"], _partitions);
        CardFit fit = Write("card.img", 200_000_000, new WriteOptions { Source = "card.img", Device = "card" });
        ExpectGrown(fit, 200_000_000 / (1 << 20) * (1 << 20));
        Assert.Empty(Read("written.img").Warnings);
    }

    [Fact]
    public void A_logical_partition_grows_with_the_extended_one()
    {
        Partition root = Read("card.img").Table.Partitions[^1];
        using (var card = new RawImageFile(_folder["card.img"]))
            MbrDisk.Write(_folder["logical.img"], root.End + (8 << 20), new Piece(5, 0x83, root.Start + (4 << 20), new BlockWindow(card, root.Range)));
        CardFit fit = Write("logical.img", 200_000_000, new WriteOptions { Source = "logical.img", Device = "card" });
        Assert.Equal(5, fit.Growth.Partition!.Number);
        ExpectGrown(fit, 200_000_000 / (1 << 20) * (1 << 20));
    }

    [Fact]
    public void What_is_damaged_is_carried_over_as_it_is()
    {
        Partition last = Read("card.img").Table.Partitions[^1];
        Poke(last.Start + 1024 + 0xC, 0x12, 0x34); // s_free_blocks_count
        ExpectSame(Write("card.img", 200_000_000, new WriteOptions { Source = "card.img", Device = "card", Grow = true }),
            "only sound ext volumes can grow", isSound: false);
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
        Write("card.img", cardBytes, new WriteOptions { Source = "card.img", Device = "card", Resize = true });
        CardImage written = Read("written.img");
        Assert.InRange(written.Table.Partitions[^1].End, cardBytes - (4 << 20), cardBytes);
        Assert.Null(((ExtVolume)written[2].Volume).Damage());
        Assert.Null(Script("written.img"));
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

    private void Shrink(ExpandLimit? expand, bool generalize) => ShrinkJob.Run(
        new ShrinkOptions { Source = _folder["card.img"], Output = _folder["small.img"], Expand = expand, Generalize = generalize },
        new Silent(), CancellationToken.None);

    /// <summary>The last partition ends there, and its file system is sound and fills it.</summary>
    private void ExpectGrown(CardFit fit, long end)
    {
        CardImage written = Read("written.img");
        Partition last = written.Table.Partitions[^1];
        var volume = (ExtVolume)written[last.Number].Volume;
        Assert.Equal((end, fit.Growth.Partition!.Length), (last.End, last.Length));
        Assert.Equal(fit.Growth.Volume!.Bytes, volume.Bytes);
        Assert.InRange(volume.Bytes, last.Length - (2 << 20), last.Length);
        Assert.Null(volume.Obstacle ?? volume.Damage());
    }

    /// <summary>All partitions and volumes keep their sizes.</summary>
    private void ExpectSame(CardFit fit, string says, bool isSound = true, string source = "card.img")
    {
        Assert.Contains(says, fit.Growth.Sentence);
        Assert.Null(fit.Growth.Partition);
        CardImage image = Read(source), written = Read("written.img");
        Assert.Equal(image.Table.Partitions, written.Table.Partitions);
        Assert.Equal(image.Volumes.Select(each => each.Volume.Bytes), written.Volumes.Select(each => each.Volume.Bytes));
        Assert.Equal(isSound, ((ExtVolume)written[2].Volume).Damage() is null);
    }

    private void Poke(long at, params ReadOnlySpan<byte> bytes)
    {
        Close();
        Job.Poke(_folder["card.img"], at, bytes);
    }

    private void Close()
    {
        _open.ForEach(file => file.Dispose());
        _open.Clear();
    }

    private CardImage Read(string name)
    {
        var file = new RawImageFile(_folder[name]);
        _open.Add(file);
        return CardImage.Read(file);
    }

    private string? Script(string name) => FirstBootHook.LimitOfScript(ExtFileTree.Open((ExtVolume)Read(name)[2].Volume), 2);

    /// <summary>Writes to a file full of old data, so that nothing may rely on zeros that were not written.</summary>
    private CardFit Write(string image, long cardBytes, WriteOptions options)
    {
        Close();
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
