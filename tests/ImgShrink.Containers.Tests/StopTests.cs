using ImgShrink.Containers.Chunks;
using ImgShrink.Containers.Xz;
using ImgShrink.Containers.Zstd;

namespace ImgShrink.Containers.Tests;

/// <summary>Chunks that take many seconds can be stopped in their midst.</summary>
public class StopTests
{
    private static readonly TimeSpan s_shortlyAfterTheStart = TimeSpan.FromMilliseconds(200);

    [Fact]
    public void The_slowest_level_of_zst() => StopsInAChunk(new SeekableFormat(19));

    [Fact]
    public void The_slowest_level_of_xz() => StopsInAChunk(new XzFormat(9));

    [Fact]
    public void The_slowest_level_of_a_single_zst_frame()
    {
        ChunkLimits limits = ChunkLimits.At(19);
        byte[] text = TestImages.Make("text without a gap or a run")[..limits.Chunk];
        using var compressor = new ChunkCompressor(19, proves: false);
        using var stop = new CancellationTokenSource(s_shortlyAfterTheStart);
        var into = new byte[ChunkCompressor.OutputSize(limits)];
        Assert.Throws<OperationCanceledException>(() => compressor.Compress(text, into, starts: true, ends: true, stop.Token));
    }

    private static void StopsInAChunk(ChunkFormat format)
    {
        byte[] text = TestImages.Make("text without a gap or a run");
        using IChunkEncoder encoder = format.NewEncoder();
        using var stop = new CancellationTokenSource(s_shortlyAfterTheStart);
        Assert.Throws<OperationCanceledException>(() => encoder.Encode(
            text.AsSpan(..Math.Min(text.Length, format.ChunkSize)), new byte[format.LargestEncoded], stop.Token));
    }
}
