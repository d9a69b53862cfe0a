using ImgShrink.HostileTests.Maps;
using ImgShrink.HostileTests.Trials;
using Xunit.Abstractions;

namespace ImgShrink.HostileTests;

/// <summary>File systems that keep their size.</summary>
public sealed class HostileMapTests(ITestOutputHelper output) : HostileVolumeTests(output)
{
    [Theory]
    [InlineData("fat12.img")]
    [InlineData("fat16.img")]
    [InlineData("fat32.img")]
    public void Fat(string image) => Try(image, FatMap.Of, Ending.Kept, cases: 400);

    [Fact]
    public void ExFat() => Try("exfat.img", ExFatMap.Of, Ending.Kept, cases: 600);

    [Fact]
    public void Ntfs() => Try("ntfs.img", NtfsMap.Of, Ending.Kept, cases: 600);

    [Fact]
    public void Btrfs() => Try("btrfs.img", BtrfsMap.Of, Ending.Kept, cases: 300);

    [Fact]
    public void Xfs() => Try("xfs.img", XfsMap.Of, Ending.Kept, cases: 300);

    [Fact]
    public void F2fs() => Try("f2fs.img", F2fsMap.Of, Ending.Kept, cases: 300);

    [Fact]
    public void Squashfs() => Try("squashfs.img", SmallMaps.Squashfs, Ending.Kept, cases: 100);

    [Fact]
    public void Erofs() => Try("erofs.img", SmallMaps.Erofs, Ending.Kept, cases: 100);

    [Fact]
    public void Swap() => Try("swap.img", SmallMaps.Swap, Ending.Kept, cases: 100);
}
