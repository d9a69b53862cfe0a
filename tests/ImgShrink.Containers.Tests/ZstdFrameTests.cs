using System.IO.Hashing;
using ImgShrink.Containers.Tests.Unpacking;
using ImgShrink.Containers.Zstd;

namespace ImgShrink.Containers.Tests;

public class ZstdFrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(255)]
    public void Reset_decodes_to_seventeen_equal_bytes(byte value)
    {
        using var folder = new TempFolder();
        byte[] content = [.. Enumerable.Repeat(value, 34)];
        File.WriteAllBytes(folder["x"],
            [.. ZstdFrame.Header(34, withChecksum: true), .. ZstdFrame.Reset(value), .. ZstdFrame.Reset(value), .. ZstdFrame.Trailer(XxHash64.HashToUInt64(content))]);
        Assert.Equal(TestImages.Sha256(content), Unpacked.Digest(folder["x"], file => new ZstdReader(file)).Sha256);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_is_found_wherever_it_starts(int from)
    {
        for (int at = from; at < 70; at++)
        {
            byte[] bytes = Counting(120);
            bytes.AsSpan(at, 17).Fill(200);
            Assert.Equal(at, ChunkCutter.FindRun(bytes, from));
            Assert.Equal(at, ChunkCutter.FindRun(bytes.AsSpan(0, at + 17), from));
            Assert.Equal(-1, ChunkCutter.FindRun(bytes.AsSpan(0, at + 16), from));
            bytes[at + 8] = 1;
            Assert.Equal(-1, ChunkCutter.FindRun(bytes, from));
        }
    }

    [Fact]
    public void Run_that_starts_earlier_counts_from_where_it_may()
    {
        Assert.Equal(5, ChunkCutter.FindRun(new byte[22], 5));
        Assert.Equal(-1, ChunkCutter.FindRun(new byte[21], 5));
    }

    [Fact]
    public void File_of_several_frames_decodes_to_all_of_them()
    {
        using var folder = new TempFolder();
        byte[] bytes = Noise.Bytes(1, 300_000);
        new ZstdContainer().Write(TestImages.View(bytes), folder["one"], ContainerOptions.Default, null, default);
        byte[] frame = File.ReadAllBytes(folder["one"]);
        byte[] skippable = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        File.WriteAllBytes(folder["two"], [.. skippable, .. frame, .. skippable, .. frame]);
        Assert.Equal(
            (2 * bytes.Length, TestImages.Sha256([.. bytes, .. bytes])), Unpacked.Digest(folder["two"], file => new ZstdReader(file)));

        File.WriteAllBytes(folder["two"], [.. frame, .. frame[..^1]]);
        Assert.Contains("cut short", Unpacked.Refusal(folder["two"], file => new ZstdReader(file)));
        File.WriteAllBytes(folder["two"], [.. frame, 1, 2, 3, 4, 5]);
        Assert.Contains("damaged", Unpacked.Refusal(folder["two"], file => new ZstdReader(file)));
        File.WriteAllBytes(folder["two"], []);
        Assert.Contains("cut short", Unpacked.Refusal(folder["two"], file => new ZstdReader(file)));
    }

    [Theory]
    [InlineData(1, "islands")]
    [InlineData(5, "noise, then a place to cut")]
    [InlineData(9, "cut, then a gap")]
    [InlineData(10, "noise without a place to cut")]
    [InlineData(19, "islands")]
    public void Levels_work(int level, string image)
    {
        using var folder = new TempFolder();
        byte[] bytes = TestImages.Make(image);
        var zstd = new ZstdContainer();
        var options = new ContainerOptions(level, Threads: 2);
        WrittenImage written = zstd.Write(TestImages.View(bytes), folder["x"], options, null, default);
        written.Proof!.Prove(folder["x"], threads: 2, null, default);
        OtherDecoders.Agree("zst", folder["x"], bytes, TestImages.Sha256(bytes));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            zstd.Write(TestImages.View(bytes), folder["x"], new ContainerOptions(Level: 20), null, default));
    }

    private static byte[] Counting(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];
}
