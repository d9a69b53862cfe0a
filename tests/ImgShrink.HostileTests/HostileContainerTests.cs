using ImgShrink.Blocks;
using ImgShrink.HostileTests.Damage;
using ImgShrink.HostileTests.Maps;
using ImgShrink.HostileTests.Trials;
using ImgShrink.Pipeline;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.HostileTests;

/// <summary>Files that an image is packed in, or kept in: changed, and now and then cut.</summary>
public sealed class HostileContainerTests(ITestOutputHelper output) : IDisposable
{
    private const long EnoughMemory = 256 << 20;
    private const int OneIsCutIn = 8;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("card.zst")]
    [InlineData("frames.zst")]
    public void Zstd(string file) => Try(file, PackedMaps.Zstd);

    [Theory]
    [InlineData("card.xz")]
    [InlineData("blocks.xz")]
    public void Xz(string file) => Try(file, PackedMaps.Xz);

    [Fact]
    public void Gzip() => Try("card.gzip", PackedMaps.Gzip);

    [Fact]
    public void Bzip2() => Try("card.bz2", PackedMaps.Bzip2);

    [Theory]
    [InlineData("card.zip")]
    [InlineData("streamed.zip")]
    public void Zip(string file) => Try(file, ZipMap.Of);

    [Fact]
    public void Dynamic_vhd() => Try("dynamic.vhd", VirtualDiskMaps.DynamicVhd);

    [Fact]
    public void Fixed_vhd() => Try("fixed.vhd", VirtualDiskMaps.FixedVhd);

    [Fact]
    public void Vhdx() => Try("card.vhdx", VirtualDiskMaps.Vhdx);

    private void Try(string name, Func<IBlockSource, ImageMap> mapOf)
    {
        byte[] original = CorpusImage.Load(name);
        var all = new CaseList(mapOf(new MemoryStore(original)));
        Assert.Equal(Ending.Kept, EndingOf(original));
        new Campaign(name, output).Run(all, Campaign.CasesOr(250), (number, told) =>
        {
            byte[] changed = [.. original];
            string change = all.Make(number, new MemoryStore(changed));
            var chance = new Random(~number);
            if (chance.Next(OneIsCutIn) == 0)
            {
                changed = changed[..chance.Next(1, changed.Length)];
                change += $"; cut to {changed.Length} bytes";
            }

            told(change);
            return EndingOf(changed);
        });
    }

    /// <summary>Whatever the end, nothing that was unpacked is left.</summary>
    private Ending EndingOf(byte[] file)
    {
        File.WriteAllBytes(_folder["image"], file);
        Ending ending = Limits.Run(OpenAndTry, EnoughMemory);
        Assert.Equal(["image"], _folder.Files);
        return ending;
    }

    private Ending OpenAndTry()
    {
        try
        {
            using IImageSource source = SourceOpening.Open(_folder["image"], _folder.Root, new Progress<ProgressStep>(), CancellationToken.None);
            using var trial = new VolumeTrial(source);
            return trial.Run();
        }
        catch (ImgShrinkException refused)
        {
            Assert.False(string.IsNullOrWhiteSpace(refused.Message));
            return Ending.Refused;
        }
    }
}
