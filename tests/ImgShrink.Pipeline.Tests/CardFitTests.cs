using ImgShrink.Blocks;
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
        Assert.Equal("max", ScriptOf((ExtVolume)Read("small.img")[2].Volume));
        const long cardBytes = 203_423_744;
        CardFit fit = Lay("small.img", cardBytes, new WriteOptions { Source = "small.img", Device = "card" });
        ExpectGrown(fit, (cardBytes / 512 - 33) / 2048 * 2048 * 512);
        var root = (ExtVolume)VolumesOf(fit)[^1].Volume;
        Assert.Null(ScriptOf(root));
        Assert.Empty(FirstBootHook.WhatIsArmed(SystemFiles.Of(Read("card.img"), root)));
    }

    [Fact]
    public void A_hook_that_shall_not_fill_the_card_is_left_its_work()
    {
        Shrink(expand: ExpandLimit.Percent(50), generalize: false);
        var options = new WriteOptions { Source = "small.img", Device = "card" };
        ExpectSame(Lay("small.img", 200_000_000, options), "the hook on it grows it on the first boot, to 50%", source: "small.img");
        CardFit fit = Lay("small.img", 200_000_000, options with { Grow = true });
        ExpectGrown(fit, fit.Growth.Partition!.End);
        Assert.Null(ScriptOf((ExtVolume)VolumesOf(fit)[^1].Volume));
    }

    [Fact]
    public void The_card_of_a_system_that_was_never_started_grows_only_when_that_is_asked_for()
    {
        Shrink(expand: null, generalize: true);
        var options = new WriteOptions { Source = "small.img", Device = "card" };
        ExpectSame(Lay("small.img", 200_000_000, options), "--expand max grows it all the same", source: "small.img");
        ExpectGrown(Lay("small.img", 200_000_000, options with { Grow = true }), 200_000_000 / (1 << 20) * (1 << 20));
        ExpectGrown(Lay("small.img", 200_000_000, options with { Resize = true }), 200_000_000 / (1 << 20) * (1 << 20));
    }

    [Fact]
    public void Nothing_grows_where_that_is_not_wanted()
    {
        var options = new WriteOptions { Source = "card.img", Device = "card", Grow = false };
        ExpectSame(Lay("card.img", 200_000_000, options), "keeps its size (--expand none)");
    }

    [Fact]
    public void A_card_of_the_same_size_is_filled_as_it_is() =>
        Assert.Contains("fills the card as it is", Lay("card.img", 150_000_128, new WriteOptions { Source = "card.img", Device = "card" })
            .Growth.Sentence);

    /// <summary>Such as the hashes of a file system that is verified block by block.</summary>
    [Fact]
    public void What_lies_behind_a_file_system_in_its_partition_keeps_it_from_growing()
    {
        Partition last = Read("card.img").Table.Partitions[^1];
        Poke(last.End + (1 << 20) - 1, 0);
        Poke(446 + 16 + 12, BitConverter.GetBytes((uint)(last.Length / 512 + 1024)));
        var options = new WriteOptions { Source = "card.img", Device = "card", Grow = true };
        Assert.NotNull(Lay("card.img", 200_000_000, options).Growth.Volume);
        Poke(last.End + 5000, 1);
        ExpectSame(Lay("card.img", 200_000_000, options), "something else lies between");
    }

    [Fact]
    public void A_gpt_gets_its_backup_behind_what_has_grown()
    {
        GptCard.Convert(_folder["card.img"], _partitions);
        CardFit fit = Lay("card.img", 200_000_000, new WriteOptions { Source = "card.img", Device = "card" });
        ExpectGrown(fit, 200_000_000 / (1 << 20) * (1 << 20));
        Assert.Empty(PartitionTable.Read(fit.Target.Bytes).Warnings);
    }

    [Fact]
    public void A_logical_partition_grows_with_the_extended_one()
    {
        Partition root = Read("card.img").Table.Partitions[^1];
        using (var card = new RawImageFile(_folder["card.img"]))
            MbrDisk.Write(_folder["logical.img"], root.End + (8 << 20), new Piece(5, 0x83, root.Start + (4 << 20), new BlockWindow(card, root.Range)));
        CardFit fit = Lay("logical.img", 200_000_000, new WriteOptions { Source = "logical.img", Device = "card" });
        Assert.Equal(5, fit.Growth.Partition!.Number);
        ExpectGrown(fit, 200_000_000 / (1 << 20) * (1 << 20));
    }

    [Fact]
    public void What_is_damaged_is_carried_over_as_it_is()
    {
        Partition last = Read("card.img").Table.Partitions[^1];
        Poke(last.Start + 1024 + 0xC, 0x12, 0x34); // s_free_blocks_count
        ExpectSame(Lay("card.img", 200_000_000, new WriteOptions { Source = "card.img", Device = "card", Grow = true }),
            "only sound ext volumes can grow", isSound: false);
    }

    /// <summary>
    /// With blocks of 1 KiB, a group would not hold the descriptors of 2 TB: the volume grows as far as those reach that it has.
    /// </summary>
    [Fact]
    public void What_cannot_fill_the_card_grows_as_far_as_it_can_and_the_hook_stays()
    {
        SampleCard.Create(_folder["card.img"], new SampleCardOptions
        {
            Size = 150_000_000, Fill = 4_000_000, Root = new() { BlockSize = 1024 },
        });
        Shrink(ExpandLimit.Max, generalize: false);
        const long cardBytes = 1L << 41;

        CardGrowth bare = CardGrowth.Plan(Read("card.img"), cardBytes, wish: true, CancellationToken.None);
        Assert.False(bare.Volume!.IsWhole);
        Assert.InRange(bare.Volume.Bytes, 1L << 30, cardBytes / 2);
        Assert.InRange(bare.Partition!.Length, bare.Volume.Bytes, bare.Volume.Bytes + (1 << 20) - 1);
        Assert.Contains("has grown as far as the descriptors of its file system allow", bare.Sentence);

        CardGrowth hooked = CardGrowth.Plan(Read("small.img"), cardBytes, wish: null, CancellationToken.None);
        Assert.False(hooked.Volume!.IsWhole);
        Assert.InRange(hooked.Partition!.End, cardBytes - (2 << 20), cardBytes);
        Assert.Contains("its file system grows to the end on the first boot", hooked.Sentence);
        ExtVolume grown = ExtVolume.Open(hooked.Volume.View.Bytes);
        Assert.Equal("max", ScriptOf(grown));
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
        Assert.Null(ScriptOf((ExtVolume)written[2].Volume));
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
    private static void ExpectGrown(CardFit fit, long end)
    {
        CardVolume last = VolumesOf(fit)[^1];
        var volume = (ExtVolume)last.Volume;
        Assert.Equal((end, fit.Growth.Partition!.Length), (last.Partition.End, last.Partition.Length));
        Assert.Equal(fit.Growth.Volume!.Bytes, volume.Bytes);
        Assert.InRange(volume.Bytes, last.Partition.Length - (2 << 20), last.Partition.Length);
        Assert.Null(volume.Obstacle ?? volume.Damage());
    }

    /// <summary>All partitions and volumes keep their sizes.</summary>
    private void ExpectSame(CardFit fit, string says, bool isSound = true, string source = "card.img")
    {
        Assert.Contains(says, fit.Growth.Sentence);
        Assert.Null(fit.Growth.Partition);
        IReadOnlyList<CardVolume> before = Read(source).Volumes, after = VolumesOf(fit);
        Assert.Equal(before.Select(each => each.Partition), after.Select(each => each.Partition));
        Assert.Equal(before.Select(each => each.Volume.Bytes), after.Select(each => each.Volume.Bytes));
        Assert.Equal(isSound, ((ExtVolume)after[^1].Volume).Damage() is null);
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

    private static string? ScriptOf(ExtVolume root) => FirstBootHook.LimitOfScript(ExtFileTree.Open(root), 2);

    /// <summary>The volumes as they would be on the card.</summary>
    private static IReadOnlyList<CardVolume> VolumesOf(CardFit fit) =>
        CardImage.OpenVolumes(fit.Target.Bytes, PartitionTable.Read(fit.Target.Bytes));

    /// <summary>Lays an image out, and writes nothing.</summary>
    private CardFit Lay(string image, long cardBytes, WriteOptions options)
    {
        using (FileStream file = File.Create(_folder["empty.img"]))
            file.SetLength(cardBytes);
        using FileDrive drive = FileDrive.Open(_folder["empty.img"], forWriting: true);
        return CardFit.For(Read(image), drive, options, CancellationToken.None);
    }

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
