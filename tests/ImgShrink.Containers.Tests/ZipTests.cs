using ImgShrink.Blocks;
using ImgShrink.Containers.Zip;

namespace ImgShrink.Containers.Tests;

/// <summary>What is particular to .zip and .gz.</summary>
public class ZipTests
{
    [Fact]
    public void Sizes_are_in_the_local_header()
    {
        byte[] header = new ZipEntry("card.img", 1000).LocalHeader(0x11223344, 77);
        Assert.Equal("504b0304" + "1400" + "0008" + "0800" + "0000" + "2100" + "44332211" + "4d000000" + "e8030000" + "0800" + "0000" + "636172642e696d67",
            Convert.ToHexStringLower(header));
    }

    [Fact]
    public void Long_image_has_its_sizes_in_a_zip64_field()
    {
        byte[] header = new ZipEntry("c", 5L << 30).LocalHeader(1, 6L << 30);
        Assert.Equal("ffffffffffffffff" + "0100" + "1400" + "63" + "0100" + "1000" + "0000004001000000" + "0000008001000000",
            Convert.ToHexStringLower(header.AsSpan(18)));
    }

    [Theory]
    [InlineData(0xF000_0000 - 1, false)]
    [InlineData(0xF000_0000, true)]
    public void Zip64_starts_before_data_that_grows_could_need_it(long length, bool expected) =>
        Assert.Equal(expected, new ZipEntry("c", length).IsZip64);

    [Theory]
    [InlineData((4L << 30) - 1, false)]
    [InlineData(4L << 30, true)]
    public void Long_gz_comes_with_a_caution(long length, bool expected) =>
        Assert.Equal(expected, ContainerFormats.ByName("gz")!.CautionAbout(length) is not null);

    [Fact]
    public void Gz_keeps_the_length_modulo_4_GiB()
    {
        using var folder = new TempFolder();
        var data = new RangeSet();
        long length = (4L << 30) + 5;
        new GzipContainer().Write(new TargetView(new ZeroSource(length), data), folder["x"], new ContainerOptions(Level: 1), null, default);
        Assert.Equal(5u, Le.U32(File.ReadAllBytes(folder["x"]).AsSpan(^4..), 0));
    }

    [Fact]
    public void Archive_of_several_files_is_no_image()
    {
        using var folder = new TempFolder();
        using (var archive = System.IO.Compression.ZipFile.Open(folder["x.zip"], System.IO.Compression.ZipArchiveMode.Create))
        {
            archive.CreateEntry("a");
            archive.CreateEntry("b");
        }

        Assert.Contains("it holds a, b", Assert.Throws<UnsupportedImageException>(() => Open(folder, "x.zip")).Message);
    }

    [Theory]
    [InlineData("gz", 2)]
    [InlineData("zip", 1)] // A reader goes by the directory, which ends otherwise.
    public void Damage_is_told_by_the_reader(string format, int places)
    {
        using var folder = new TempFolder();
        byte[] disk = Noise.Bytes(3, 5_000_000);
        (disk[510], disk[511]) = (0x55, 0xAA);
        ContainerFormats.ByName(format)!.Write(TestImages.View(disk), folder["x"], new ContainerOptions(Level: 1), null, default);
        Open(folder, "x");
        byte[] file = File.ReadAllBytes(folder["x"]);
        File.WriteAllBytes(folder["short"], file[..^2000]);
        Assert.Contains("damaged", Assert.Throws<CorruptImageException>(() => Open(folder, "short")).Message);
        foreach (int at in new[] { file.Length / 2, file.Length - 6 }.Take(places))
        {
            file[at] ^= 1;
            File.WriteAllBytes(folder["wrong"], file);
            file[at] ^= 1;
            Assert.Contains("damaged", Assert.Throws<CorruptImageException>(() => Open(folder, "wrong")).Message);
        }
    }

    private static void Open(TempFolder folder, string name) =>
        ImageFile.Open(folder[name], new UnpackOptions(folder.Root), default).Dispose();
}
