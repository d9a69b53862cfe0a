using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Fat;
using ImgShrink.FirstBoot;
using ImgShrink.Partitions;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>Cards that are not just boot and root.</summary>
[Collection(nameof(SampleCards))]
public sealed class LayoutTests(SampleCards cards) : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly TempFolder _folder = new();
    private readonly RawImageFile _pi = new(cards.Pi);

    private BlockWindow Boot => new(_pi, cards.Partitions.Boot);

    private BlockWindow Root => new(_pi, cards.Partitions.Root with { Length = cards.Partitions.Root.Length / 512 * 512 });

    private long RootStart => cards.Partitions.Root.Start;

    private long BehindRoot => (RootStart + Root.Length + 4 * MiB - 1) / (4 * MiB) * 4 * MiB;

    public void Dispose()
    {
        _pi.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Swap_behind_the_root_moves_down_with_the_gap_before_it()
    {
        byte[] swap = Noise.Bytes(3, (int)(3 * MiB)), gap = Noise.Bytes(4, 70_000);
        Build(new Piece(1, 0x0C, cards.Partitions.Boot.Start, Boot), new Piece(2, 0x83, RootStart, Root),
            new Piece(3, 0x82, BehindRoot + 4 * MiB, new MemoryStore(swap)));
        Job.Poke(_folder["card.img"], BehindRoot + 4 * MiB - 100_000, gap);

        ShrinkReport report = Job.ToRaw(_folder["card.img"], _folder["small.img"]);

        (PartitionTable before, PartitionTable after) = Tables();
        Assert.Equal(before.DiskId, after.DiskId);
        Assert.Equal(before.Partitions[2], after.Partitions[2] with { Start = before.Partitions[2].Start });
        Assert.Equal(0, after.Partitions[2].Start % (4 * MiB));
        Assert.InRange(after.Partitions[2].Start, after.Partitions[1].End + 100_000, after.Partitions[1].End + 100_000 + 4 * MiB);
        Assert.Equal(swap, Job.Bytes(_folder["small.img"], after.Partitions[2].Start, swap.Length));
        Assert.Equal(gap, Job.Bytes(_folder["small.img"], after.Partitions[2].Start - 100_000, gap.Length));
        Assert.InRange(report.Output.ImageBytes, after.Partitions[2].End, after.Partitions[2].End + MiB);
        Assert.Contains("partition 3 lies behind it", report.Hook.Reason);
    }

    [Fact]
    public void A_FAT_volume_that_moves_knows_its_new_place()
    {
        Build(new Piece(1, 0x83, RootStart, Root), new Piece(2, 0x0C, BehindRoot, Boot));
        Job.Poke(_folder["card.img"], BehindRoot + 0x1C, BitConverter.GetBytes((uint)(BehindRoot / 512)));

        Job.ToRaw(_folder["card.img"], _folder["small.img"]);

        (_, PartitionTable after) = Tables();
        long start = after.Partitions[1].Start;
        Assert.True(start < BehindRoot);
        Assert.Equal((uint)(start / 512), Le.U32(Job.Bytes(_folder["small.img"], start + 0x1C, 4), 0));
        using var small = new RawImageFile(_folder["small.img"]);
        Assert.Equal(OpenCard.Listing(FatVolume.Open(Boot).Files),
            OpenCard.Listing(FatVolume.Open(new BlockWindow(small, after.Partitions[1].Range)).Files));
    }

    [Fact]
    public void A_logical_root_shrinks_and_so_does_what_holds_it()
    {
        byte[] settings = Noise.Bytes(5, (int)(2 * MiB));
        long root = RootStart + 8 * MiB;
        Build(new Piece(1, 0x0C, cards.Partitions.Boot.Start, Boot), new Piece(5, 0x83, root, Root),
            new Piece(6, 0x83, root + Root.Length / MiB * MiB + 4 * MiB, new MemoryStore(settings)));

        ShrinkReport report = Job.ToRaw(_folder["card.img"], _folder["small.img"]);

        (PartitionTable before, PartitionTable after) = Tables();
        Assert.Equal([1, 5, 6], after.Partitions.Select(each => each.Number));
        Assert.Equal(before.Partitions.Select(each => each.Uuid), after.Partitions.Select(each => each.Uuid));
        Assert.True(after.Partitions[1].Length < before.Partitions[1].Length);
        Assert.Equal(settings, Job.Bytes(_folder["small.img"], after.Partitions[2].Start, settings.Length));
        using var small = new RawImageFile(_folder["small.img"]);
        Assert.Equal(OpenCard.Listing(ExtFileTree.Open(ExtVolume.Open(Root))),
            OpenCard.Listing(ExtFileTree.Open(ExtVolume.Open(new BlockWindow(small, after.Partitions[1].Range)))));
        Assert.Contains("partition 6 lies behind it", report.Hook.Reason);
    }

    [Fact]
    public void A_logical_root_at_the_end_gets_the_hook()
    {
        Build(new Piece(1, 0x0C, cards.Partitions.Boot.Start, Boot), new Piece(5, 0x83, RootStart + 8 * MiB, Root));
        ShrinkReport report = Job.ToRaw(_folder["card.img"], _folder["small.img"]);
        Assert.True(report.Hook is { Mechanism: "systemd hook", Grows: true }, report.Hook.Reason);
        using var small = new OpenCard(_folder["small.img"]);
        string settings = System.Text.Encoding.UTF8.GetString(small.Files.TryReadFile(FirstBootHook.SettingsPath)!);
        Assert.Contains($"table=mbr\npartition=5\n", settings);
        Assert.Contains($"start={small.Table.Partitions[^1].Start / 512}\n", settings);
    }

    [Fact]
    public void The_volume_that_gives_most_is_shrunk_wherever_it_lies()
    {
        byte[] small = VolumeImage();
        Build(new Piece(1, 0x83, RootStart, Root), new Piece(2, 0x83, BehindRoot, new MemoryStore(small)));
        ShrinkReport report = Job.ToRaw(_folder["card.img"], _folder["small.img"]);
        Assert.Equal([true, false], report.Partitions.Select(each => each.ShrunkBytes is not null));
    }

    [Fact]
    public void The_one_that_was_asked_for_is_shrunk_or_an_error_says_why_not()
    {
        Build(new Piece(1, 0x83, RootStart, Root), new Piece(2, 0x83, BehindRoot, new MemoryStore(VolumeImage())),
            new Piece(3, 0x82, BehindRoot + 200 * MiB, new MemoryStore(new byte[MiB])));
        ShrinkReport report = Job.ToRaw(_folder["card.img"], _folder["small.img"], each => each with { OnlyPartition = 2 });
        Assert.Equal([false, true, false], report.Partitions.Select(each => each.ShrunkBytes is not null));
        Assert.Contains("Partition 3 is unknown", Assert.Throws<UnsupportedImageException>(() =>
            Job.ToRaw(_folder["card.img"], _folder["x.img"], each => each with { OnlyPartition = 3 })).Message);
        Assert.Contains("no partition 7", Assert.Throws<UnsupportedImageException>(() =>
            Job.ToRaw(_folder["card.img"], _folder["x.img"], each => each with { OnlyPartition = 7 })).Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(150 * MiB)]
    public void All_are_shrunk_and_the_hook_knows_the_new_start(long? largest)
    {
        Build(new Piece(1, 0x83, cards.Partitions.Boot.Start, new MemoryStore(VolumeImage())), new Piece(2, 0x83, BehindRoot, Root));
        ShrinkReport report = Job.ToRaw(_folder["card.img"], _folder["small.img"],
            each => each with { AllVolumes = true, LargestImage = largest, Room = ShrinkRoom.Of(MiB) });
        (_, PartitionTable after) = Tables();
        Assert.All(report.Partitions, each => Assert.NotNull(each.ShrunkBytes));
        Assert.True(after.Partitions[1].Start < BehindRoot);
        if (largest is not null)
            Assert.Equal(largest, report.Output.ImageBytes);
        using var small = new RawImageFile(_folder["small.img"]);
        ExtFileTree files = ExtFileTree.Open(ExtVolume.Open(new BlockWindow(small, after.Partitions[1].Range)));
        string settings = System.Text.Encoding.UTF8.GetString(files.TryReadFile(FirstBootHook.SettingsPath)!);
        Assert.Contains($"start={after.Partitions[1].Start / 512}\n", settings);
    }

    /// <summary>A root with little free space: another one of the same kind, shrunk with 10 MiB to spare.</summary>
    private byte[] VolumeImage()
    {
        string path = _folder["volume.img"];
        Job.ToRaw(cards.Volume, path, each => each with { Room = ShrinkRoom.Of(10 * MiB), Expand = null, Overwrite = true });
        byte[] bytes = File.ReadAllBytes(path);
        Array.Resize(ref bytes, bytes.Length / 512 * 512);
        return bytes;
    }

    private void Build(params Piece[] pieces) =>
        MbrDisk.Write(_folder["card.img"], pieces.Max(each => each.End) + 5 * MiB, pieces);

    private (PartitionTable Before, PartitionTable After) Tables()
    {
        using var before = new RawImageFile(_folder["card.img"]);
        using var after = new RawImageFile(_folder["small.img"]);
        return (PartitionTable.Read(before), PartitionTable.Read(after));
    }
}
