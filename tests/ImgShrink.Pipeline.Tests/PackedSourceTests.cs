using ImgShrink.Blocks;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.Pipeline.Tests;

/// <summary>Sources that have to be unpacked first.</summary>
[Collection(nameof(SampleCards))]
public sealed class PackedSourceTests(SampleCards cards, ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gzip -1 -c", ".img.gz")]
    [InlineData("zstd -q -1 -c", ".img.zst")]
    public void Gives_what_the_plain_image_gives(string packer, string extension)
    {
        if (!OperatingSystem.IsLinux() || Tool.SkipWithout(output.WriteLine, packer.Split(' ')[0]))
            return;
        string packed = _folder["card" + extension];
        Tool.Need("sh", "-c", $"{packer} '{cards.Pi}' > '{packed}'");
        ShrinkReport plain = Job.Run(new ShrinkOptions { Source = cards.Pi, Output = _folder["plain.img.zst"] });

        var phases = new List<ProgressStep>();
        ShrinkReport report = ShrinkJob.Run(
            new ShrinkOptions { Source = packed }, new Job.OnStep(phases.Add), CancellationToken.None);
        Assert.Equal(plain.Output.Sha256, report.Output.Sha256);
        Assert.Equal(_folder["card.shrunk.img.zst"], report.Output.Path);
        Assert.Equal(plain.Source.Bytes, report.Source.Bytes);
        long fileBytes = new FileInfo(packed).Length;
        Assert.InRange(report.BytesRead, fileBytes, fileBytes + 100_000);
        Assert.Equal(Phase.Unpacking, phases[0].Phase);
        Assert.Equal(fileBytes, phases[0].Total);
        Assert.Equal(["card" + extension, "card.shrunk.img.zst", "plain.img.zst"], _folder.Files);

        InfoReport info = InfoJob.Run(packed, new Progress<ProgressStep>(), CancellationToken.None);
        Assert.Equal(plain.Source.Bytes, info.Source.Bytes);
        Assert.Equal(plain.Os, info.Os);
    }

    [Fact]
    public void What_is_no_card_is_told_by_its_beginning()
    {
        if (!OperatingSystem.IsLinux() || Tool.SkipWithout(output.WriteLine, "zstd"))
            return;
        // Half a terabyte of zeros in 16 MB: to unpack it would take minutes.
        string bomb = _folder["bomb.img.zst"];
        byte[] header = [0x28, 0xB5, 0x2F, 0xFD, 0, 0x68];
        byte[] block = [2, 0, 16, 0]; // An RLE block of 128 KiB of zeros.
        using (FileStream file = File.Create(bomb))
        {
            file.Write(header);
            for (int i = 0; i < 4 << 20; i++)
                file.Write(block);
            file.Write([1, 0, 0]);
        }

        var refused = Assert.Throws<CorruptImageException>(() => Job.Run(new ShrinkOptions { Source = bomb }));
        Assert.Contains("no partition table and no file system", refused.Message);
        Assert.Equal(["bomb.img.zst"], _folder.Files);
    }

    [Fact]
    public void An_output_that_may_not_be_written_is_told_before_the_unpacking()
    {
        File.WriteAllBytes(_folder["card.img.gz"], [0x1F, 0x8B, 0x08, .. Noise.Bytes(1, 5000)]);
        File.WriteAllText(_folder["out.img"], "");
        var refused = Assert.Throws<AccessException>(
            () => Job.Run(new ShrinkOptions { Source = _folder["card.img.gz"], Output = _folder["out.img"] }));
        Assert.Contains("exists already", refused.Message);
    }
}
