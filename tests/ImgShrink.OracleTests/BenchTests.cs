using Xunit.Abstractions;

namespace ImgShrink.OracleTests;

/// <summary>That the bench works; how fast things are is not asserted.</summary>
public sealed class BenchTests(ITestOutputHelper output)
{
    [OracleFact("losetup", "e2fsck", "resize2fs", "dumpe2fs", "e2image", "zstd", "bmaptool", "xz", "pigz", "7z")]
    public void Bench_measures_every_tool_on_a_small_card()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "imgshrink.dll");
        string bench = Path.Combine(AppContext.BaseDirectory, "ImgShrink.Bench.dll");
        string said = Shell.Need("dotnet", bench, "--smoke", "--imgshrink", $"dotnet '{program}'");
        output.WriteLine(said);
        string[] rows = said.Split('\n');
        foreach (string tool in (string[])["floor: zstd", "**ImgShrink**, to .img.zst", "PiShrink's steps, zstd",
            "floor: copy", "**ImgShrink**, to .img |", "resize2fs -M", "e2image", "bmaptool", "zstd -3 -T0 |",
            "ImgShrink, --seekable |", "zstd -9", "xz -6", "pigz -6", "7z a", "ImgShrink, write of the small image"])
        {
            string row = Assert.Single(rows, row => row.StartsWith($"| {tool}", StringComparison.Ordinal));
            Assert.DoesNotContain("left out", row);
        }
    }

    [OracleFact]
    public void Bench_without_a_program_says_how_it_is_called()
    {
        string bench = Path.Combine(AppContext.BaseDirectory, "ImgShrink.Bench.dll");
        var (code, said) = Shell.Run("dotnet", bench, "--smoke");
        Assert.Equal(2, code);
        Assert.Contains("--imgshrink <command>", said);
    }
}
