using ImgShrink.Blocks;
using ImgShrink.Containers.Tests.Unpacking;
using ImgShrink.Containers.Xz;

namespace ImgShrink.Containers.Tests;

/// <summary>What is particular to .xz.</summary>
public class XzTests
{
    [Theory]
    [InlineData(4096u, 0)]
    [InlineData(4097u, 1)]
    [InlineData(256u << 10, 12)]
    [InlineData(8u << 20, 22)]
    [InlineData(64u << 20, 28)]
    [InlineData(uint.MaxValue, 40)]
    public void Dictionary_has_the_code_of_the_specification(uint bytes, int code) =>
        Assert.Equal(code, XzStructures.DictionaryCode(bytes));

    [Fact]
    public void Empty_stream_is_that_of_the_specification() => Assert.Equal(
        "fd377a585a000004e6d6b446000000001cdf44211fb6f37d010000000004595a",
        Convert.ToHexStringLower([.. XzStructures.StreamHeader(), .. XzStructures.IndexAndFooter([])]));

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(6, 24)]
    [InlineData(9, 64)]
    public void Blocks_are_large_enough_for_a_small_index_and_have_a_bound(int level, int mebibytes) =>
        Assert.Equal(mebibytes << 20, new XzFormat(level).ChunkSize);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void Zeros_decode_to_zeros(int mebibytes)
    {
        var format = new XzFormat(0);
        var content = new byte[mebibytes << 20];
        content.AsSpan().Fill(1);
        using var decoder = format.NewDecoder();
        decoder.Decode(format.EncodeZeros(content.Length), content);
        Assert.False(content.AsSpan().ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Terabyte_of_zeros_is_a_small_file_with_a_small_index()
    {
        var format = new XzFormat(6);
        long blocks = (1L << 40) / format.MostZeros;
        Assert.True(format.EncodeZeros(format.MostZeros).Length * blocks < 256L << 20);
        Assert.True(XzStructures.IndexAndFooter([.. Enumerable.Repeat((12_000, format.MostZeros), (int)blocks)]).Length < 256 << 10);
    }

    [Fact]
    public void Streams_of_other_makers_are_read_one_behind_the_other()
    {
        if (!Tool.Exists("xz"))
            return;
        using var folder = new TempFolder();
        byte[] first = Noise.Bytes(1, 100_000), second = Noise.Bytes(2, 5_000_001);
        File.WriteAllBytes(folder["a"], first);
        File.WriteAllBytes(folder["b"], second);
        Tool.Run("xz", "-0", "--check=sha256", folder["a"]);
        Tool.Run("xz", "-0", "--check=crc32", "--block-size=1MiB", folder["b"]);
        File.WriteAllBytes(folder["c.xz"], [.. File.ReadAllBytes(folder["a.xz"]), 0, 0, 0, 0, .. File.ReadAllBytes(folder["b.xz"])]);
        byte[] image = [.. first, .. second];
        Assert.Equal((image.Length, TestImages.Sha256(image)), Unpacked.Digest(folder["c.xz"], file => new XzReader(file)));
    }

    [Theory]
    [InlineData(0, "it is no .xz data")]
    [InlineData(7, "its data is corrupt")]
    [InlineData(12, "its data is corrupt")]
    [InlineData(60, "its data is corrupt")]
    public void Damage_is_told_by_the_reader(int at, string how)
    {
        using var folder = new TempFolder();
        byte[] bytes = Noise.Bytes(3, 9_000_000);
        new XzContainer().Write(TestImages.View(bytes), folder["x"], new ContainerOptions(Level: 0), null, default);
        byte[] file = File.ReadAllBytes(folder["x"]);
        file[at] ^= 0x40;
        File.WriteAllBytes(folder["x"], file);
        Assert.Contains(how, Unpacked.Refusal(folder["x"], file => new XzReader(file)));
    }

    [Fact]
    public void File_cut_short_is_told_by_the_reader()
    {
        using var folder = new TempFolder();
        new XzContainer().Write(TestImages.View(Noise.Bytes(3, 9_000_000)), folder["x"], new ContainerOptions(Level: 0), null, default);
        using (var file = File.OpenWrite(folder["x"]))
            file.SetLength(file.Length - 20);
        Assert.Contains("cut short", Unpacked.Refusal(folder["x"], file => new XzReader(file)));
    }

    [Fact]
    public void Memory_that_is_allowed_bounds_the_threads()
    {
        Assert.Equal(3, new ContainerOptions(Threads: 8, Memory: 350).ThreadsWithin(100));
        Assert.Equal(8, new ContainerOptions(Threads: 8, Memory: 3500).ThreadsWithin(100));
        Assert.Contains("lower --level", Assert.Throws<NotEnoughSpaceException>(() => new ContainerOptions(Memory: 99).ThreadsWithin(100)).Message);
    }
}
