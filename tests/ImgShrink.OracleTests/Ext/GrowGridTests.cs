using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.OracleTests.Ext;

/// <summary>Volumes grown to every kind of size, judged by e2fsck, by the kernel, and by what resize2fs makes of them.</summary>
public sealed class GrowGridTests(ITestOutputHelper output) : IDisposable
{
    // resize2fs rounds the length of a file down to the machine's pages.
    private const int Page = 4096;

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Flavours =>
    [
        "default", "Raspberry Pi OS", "uninit_bg", "no flex_bg", "ext3", "no resize_inode", "meta_bg", "sparse_super2", "small groups",
    ];

    public void Dispose() => _folder.Dispose();

    [ExtTheory]
    [MemberData(nameof(Flavours))]
    public void A_grown_volume_is_sound_and_holds_the_same(string flavour)
    {
        AgedVolume source = AgedVolume.Make(_folder, Flavour.Named(flavour));
        ExtGeometry geometry = GeometryOf(source.Path);
        long block = geometry.BlockSize, group = geometry.BlocksPerGroup * block;
        long end = (geometry.GroupStart(geometry.GroupCount - 1) + geometry.BlocksPerGroup) * block;

        if (geometry.Bytes < end)
            ExpectGrown(source, geometry.Bytes + block);
        ExpectGrown(source, end + group / 2 + 5 * block);
        ExpectTooSmallARestLeftOut(source, end);
        GrownFile larger = ExpectGrown(source, end + 5 * group);
        larger.ExpectSound();
        ExpectShrinksAgain(larger);
        larger.ExpectUsable();
        ExpectGrown(source, 40 * geometry.Bytes).ExpectSound();
        Assert.Equal(source.Sha256, AgedVolume.HashOf(source.Path));
    }

    /// <summary>Any parameters, to any size; what is unusual is refused, or sound.</summary>
    [ExtFact]
    public void Random_volumes_grow_soundly()
    {
        int seed = AgedVolume.Seed;
        var chance = new Random(seed);
        for (int i = 0; i < 6; i++)
        {
            int blockSize = 1024 << chance.Next(3);
            string[] features = ["^resize_inode", "^64bit", "^metadata_csum", "^sparse_super,^resize_inode", "meta_bg,^resize_inode", "^has_journal"];
            string groups = chance.Next(4) == 0 ? "-O ^flex_bg" : $"-G {1 << chance.Next(6)}";
            string options = $"-t ext4 -b {blockSize} -g {512 << chance.Next(4)} -I {128 << chance.Next(2)} -N {chance.Next(2, 9) * 1000} {groups} "
                + $"-O {string.Join(',', features.Where(_ => chance.Next(3) == 0).Append("large_file"))}";
            string path = AgedVolume.Format(_folder, $"random {i}", 24 << 20, options);
            LoopMount.Age(path, seed + i, 4 << 20, names: 300);
            var source = new AgedVolume(path);
            long bytes = chance.NextInt64(24 << 20, 24 << chance.Next(21, 27));
            output.WriteLine($"seed {seed}, {i}: {options} to {bytes}");
            if (GrownFile.Make(source, path, bytes, _folder["grown"]) is { } grown)
                grown.ExpectSound();
            else
                Assert.InRange(bytes, 0, (24 << 20) + blockSize * (long)GeometryOf(path).BlocksPerGroup);
        }
    }

    private GrownFile ExpectGrown(AgedVolume source, long bytes)
    {
        GrownFile? grown = GrownFile.Make(source, source.Path, bytes, _folder["grown"]);
        Assert.NotNull(grown);
        output.WriteLine($"{bytes}: {grown.Plan.BlockCount} blocks, {grown.Plan.MovedBlocks} moved, {grown.BytesWritten} bytes written");
        E2fsck.ExpectSilence(grown.Path, 0);
        Assert.InRange(grown.Plan.BlockCount - SizeByResize2fs(source, bytes), 0, Page / grown.Plan.BlockSize - 1);
        return grown;
    }

    /// <summary>Three blocks are no group.</summary>
    private void ExpectTooSmallARestLeftOut(AgedVolume source, long end)
    {
        GrownFile? grown = GrownFile.Make(source, source.Path, end + 3 * GeometryOf(source.Path).BlockSize, _folder["grown"]);
        Assert.Equal(end, grown?.Plan.Bytes ?? GeometryOf(source.Path).Bytes);
    }

    private void ExpectShrinksAgain(GrownFile grown)
    {
        ShrunkFile shrunk = ShrunkFile.Make(grown.Source, grown.Path, ShrinkRoom.None, _folder["shrunk"]);
        Assert.InRange(shrunk.Plan.BlockCount, shrunk.Plan.MinimumBlocks, shrunk.Plan.MinimumBlocks * 101 / 100);
        shrunk.ExpectSound();
    }

    private long SizeByResize2fs(AgedVolume source, long bytes)
    {
        string copy = _folder["resized"];
        Shell.Need("cp", "--sparse=always", source.Path, copy);
        using (FileStream file = File.OpenWrite(copy))
            file.SetLength(bytes);
        Shell.Need("resize2fs", "-f", copy);
        return GeometryOf(copy).BlockCount;
    }

    private static ExtGeometry GeometryOf(string path)
    {
        using var file = new RawImageFile(path);
        return ExtVolume.Open(file).Geometry;
    }
}
