using ImgShrink.HostileTests.Maps;
using ImgShrink.HostileTests.Trials;
using Xunit.Abstractions;

namespace ImgShrink.HostileTests;

/// <summary>Partition tables, with volumes behind them.</summary>
public sealed class HostileTableTests(ITestOutputHelper output) : HostileVolumeTests(output)
{
    [Fact]
    public void Mbr_with_logical_partitions() => Try("mbr.img", MbrMap.Of, Ending.Shrunk, cases: 400);

    [Fact]
    public void Gpt() => Try("gpt.img", GptMap.Of, Ending.Shrunk, cases: 400);
}
