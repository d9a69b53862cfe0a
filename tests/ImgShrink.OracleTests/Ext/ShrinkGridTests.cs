using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.OracleTests.Ext;

/// <summary>Every flavour of volume, shrunk to every kind of size, judged by e2fsck and by the kernel.</summary>
public sealed class ShrinkGridTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Flavours => [.. Flavour.All.Select(flavour => flavour.Name)];

    public void Dispose() => _folder.Dispose();

    [ExtTheory]
    [MemberData(nameof(Flavours))]
    public void A_shrunk_volume_is_sound_and_holds_the_same(string flavour)
    {
        AgedVolume source = AgedVolume.Make(_folder, Flavour.Named(flavour));
        output.WriteLine($"{flavour}, seed {AgedVolume.Seed}, {source.Manifest.Length} objects");

        ShrunkFile smallest = ExpectExactMinimum(source), roomy = ExpectDefaultRoom(source);
        // Where nothing is free, resize2fs 1.47 takes the block that it gives back with an old backup of sparse_super2.
        ExpectGrowth(Flavour.Named(flavour).Options.Contains("sparse_super2") ? roomy : smallest);
        ExpectOwnGrowth(smallest);
        long fewest = smallest.Plan.BlockCount;
        long blockSize = BlockSizeOf(source), present = new FileInfo(source.Path).Length / blockSize;
        ExpectAtMost(source, (fewest + present) / 2 * blockSize + 300);
        ExpectPlanned(source, (fewest + 1) * blockSize);
        ExpectPlanned(source, (present - 1) * blockSize);
        Assert.Throws<NotEnoughSpaceException>(() => ExpectPlanned(source, fewest * blockSize * 9 / 10));
        Assert.Equal(source.Sha256, AgedVolume.HashOf(source.Path));
    }

    private ShrunkFile ExpectExactMinimum(AgedVolume source)
    {
        ShrunkFile shrunk = Shrink(source, ShrinkRoom.None, "exact");
        var (bound, _) = ShrunkFile.BoundOf(source, ShrinkRoom.None);
        Assert.Equal(bound, shrunk.Plan.MinimumBlocks);
        Assert.InRange(shrunk.Plan.BlockCount, bound, bound + bound / 100);

        long resized = MinimumOfResize2fs(source);
        output.WriteLine($"FIGURES | {Path.GetFileName(source.Path)} | {new FileInfo(source.Path).Length / shrunk.Plan.BlockSize} | {bound} "
            + $"| {shrunk.Plan.BlockCount} | {resized} | {shrunk.Plan.RenumberedInodes} | {shrunk.Plan.MovedBlocks}");
        Assert.InRange(shrunk.Plan.BlockCount, 1, resized);
        ExpectSoundBackup(shrunk);
        return shrunk;
    }

    private ShrunkFile ExpectDefaultRoom(AgedVolume source)
    {
        ShrunkFile shrunk = Shrink(source, ShrinkRoom.Default, "room");
        var (bound, _) = ShrunkFile.BoundOf(source, ShrinkRoom.Default);
        Assert.InRange(shrunk.Plan.BlockCount, bound, bound + bound / 100);
        using var file = new RawImageFile(shrunk.Path);
        Assert.InRange(ExtVolume.Open(file).FreeBytes, 20 << 20, long.MaxValue);
        return shrunk;
    }

    private void ExpectAtMost(AgedVolume source, long bytes)
    {
        ShrunkFile shrunk = Shrink(source, ShrinkRoom.UpTo(bytes), $"{bytes}");
        Assert.InRange(shrunk.Plan.BlockCount * shrunk.Plan.BlockSize, 1, bytes);
    }

    /// <summary>A plan has been audited when it is given out; the file is not written.</summary>
    private static void ExpectPlanned(AgedVolume source, long bytes)
    {
        using var file = new RawImageFile(source.Path);
        Assert.InRange(ExtVolume.Open(file).PlanShrink(ShrinkRoom.UpTo(bytes), CancellationToken.None).View.Length, 1, bytes);
    }

    private ShrunkFile Shrink(AgedVolume source, ShrinkRoom room, string name)
    {
        ShrunkFile shrunk = ShrunkFile.Make(source, room, _folder[$"{name}.shrunk"]);
        output.WriteLine($"{name}: {shrunk.Plan.BlockCount} blocks, {shrunk.Plan.MovedBlocks} moved, {shrunk.Plan.RenumberedInodes} renumbered");
        shrunk.ExpectSound();
        return shrunk;
    }

    /// <summary>e2fsck can start from a backup superblock, and finds no errors.</summary>
    private void ExpectSoundBackup(ShrunkFile shrunk)
    {
        using var file = new RawImageFile(shrunk.Path);
        ExtGeometry geometry = ExtVolume.Open(file).Geometry;
        long backup = geometry.SuperblockGroups().Skip(1).Select(geometry.GroupStart).FirstOrDefault();
        if (backup == 0)
        {
            output.WriteLine("one group: no backup superblock");
            return;
        }

        var (code, said) = Shell.Run("e2fsck", "-fn", "-b", $"{backup}", "-B", $"{geometry.BlockSize}", shrunk.Path);
        output.WriteLine($"from backup {backup}: {code}\n{said}");
        Assert.Equal(0, code);
    }

    /// <summary>The first thing a card does is to grow: resize2fs must find everything it relies on.</summary>
    private void ExpectGrowth(ShrunkFile shrunk)
    {
        string grown = _folder["grown"];
        Shell.Need("cp", "--sparse=always", shrunk.Path, grown);
        using (FileStream file = File.OpenWrite(grown))
            file.SetLength(new FileInfo(shrunk.Source.Path).Length);
        Shell.Need("resize2fs", "-f", grown);
        E2fsck.ExpectSilence(grown, 0);
        TreeManifest.ExpectSame(shrunk.Source.Manifest, LoopMount.Manifest(grown));
        File.Delete(grown);
    }

    /// <summary>ImgShrink's own way back, and somewhat beyond.</summary>
    private void ExpectOwnGrowth(ShrunkFile shrunk)
    {
        long wished = new FileInfo(shrunk.Source.Path).Length * 5 / 4;
        GrownFile grown = GrownFile.Make(shrunk.Source, shrunk.Path, wished, _folder["grown"])!;
        output.WriteLine($"grown again: {grown.Plan.BlockCount} blocks, {grown.Plan.MovedBlocks} moved");
        Assert.InRange(grown.Plan.Bytes, wished * 4 / 5, wished);
        grown.ExpectSound();
        File.Delete(grown.Path);
    }

    private long MinimumOfResize2fs(AgedVolume source)
    {
        string copy = _folder["resized"];
        Shell.Need("cp", "--sparse=always", source.Path, copy);
        Shell.Need("resize2fs", "-f", "-M", copy);
        using var file = new RawImageFile(copy);
        return ExtVolume.Open(file).Geometry.BlockCount;
    }

    private static int BlockSizeOf(AgedVolume source)
    {
        using var file = new RawImageFile(source.Path);
        return ExtVolume.Open(file).Geometry.BlockSize;
    }
}
