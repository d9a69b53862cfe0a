using System.Text;
using System.Text.Json;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Tests;

/// <summary>Files beside an output.</summary>
public class BesideTests
{
    [Theory]
    [InlineData("card.img.zst", "card.img.bmap", "card.rpi-imager-manifest")]
    [InlineData("card.img", "card.img.bmap", "card.rpi-imager-manifest")]
    [InlineData("card.v2.zip", "card.v2.bmap", "card.v2.rpi-imager-manifest")]
    public void They_are_called_like_the_output(string output, string map, string manifest)
    {
        Assert.Equal(map, new BmapFile().PathBeside(output));
        Assert.Equal(manifest, new ImagerManifest("x", default).PathBeside(output));
        Assert.Equal(output + ".sha256", new Sha256File().PathBeside(output));
    }

    [Fact]
    public void Checksum_file_is_what_sha256sum_reads()
    {
        using var folder = new TempFolder();
        Save("zst", TestImages.View(TestImages.Make("islands")), folder["my card.img.zst"], [new Sha256File()]);
        string expected = TestImages.Sha256(File.ReadAllBytes(folder["my card.img.zst"]));
        Assert.Equal($"{expected}  my card.img.zst\n", File.ReadAllText(folder["my card.img.zst.sha256"]));
        if (Tool.Exists("sha256sum") && Tool.Exists("sh"))
            Tool.Run("sh", "-c", "cd \"$1\" && sha256sum -c --strict *.sha256", "sh", folder.Root);
    }

    [Fact]
    public void Manifest_has_the_fields_of_the_list_of_systems()
    {
        using var folder = new TempFolder();
        byte[] image = TestImages.Make("islands");
        Save("xz", TestImages.View(image), folder["my card.img.xz"], [new ImagerManifest("Debian 12", new DateOnly(2026, 2, 3))]);
        byte[] file = File.ReadAllBytes(folder["my card.img.xz"]);
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(folder["my card.rpi-imager-manifest"]));
        JsonElement entry = Assert.Single(manifest.RootElement.GetProperty("os_list").EnumerateArray());
        Assert.Equal("my card.img.xz", entry.GetProperty("name").GetString());
        Assert.Equal("Debian 12", entry.GetProperty("description").GetString());
        Assert.Equal(new Uri(folder["my card.img.xz"]).AbsoluteUri, entry.GetProperty("url").GetString());
        Assert.EndsWith("/my%20card.img.xz", entry.GetProperty("url").GetString());
        Assert.Equal(image.Length, entry.GetProperty("extract_size").GetInt64());
        Assert.Equal(TestImages.Sha256(image), entry.GetProperty("extract_sha256").GetString());
        Assert.Equal(file.Length, entry.GetProperty("image_download_size").GetInt64());
        Assert.Equal(TestImages.Sha256(file), entry.GetProperty("image_download_sha256").GetString());
        Assert.Equal("2026-02-03", entry.GetProperty("release_date").GetString());
        JsonElement device = Assert.Single(manifest.RootElement.GetProperty("imager").GetProperty("devices").EnumerateArray());
        Assert.Equal("inclusive", device.GetProperty("matching_type").GetString());
        Assert.Empty(device.GetProperty("tags").EnumerateArray());
    }

    [Fact]
    public void Map_has_ranges_in_whole_blocks_and_their_checksums()
    {
        byte[] image = new byte[10 * 4096 + 5];
        Noise.Bytes(1, 512).CopyTo(image, 4096 + 512);
        image[^1] = 7;
        string map = MapOf(image, ByteRange.Between(5 * 4096 + 100, 7 * 4096));
        Assert.Contains("<ImageSize> 40965 </ImageSize>", map);
        Assert.Contains("<BlocksCount> 11 </BlocksCount>", map);
        Assert.Contains("<MappedBlocksCount> 4 </MappedBlocksCount>", map);
        Assert.Contains($"<Range chksum=\"{TestImages.Sha256(image[4096..8192])}\"> 1 </Range>", map);
        Assert.Contains($"<Range chksum=\"{TestImages.Sha256(new byte[8192])}\"> 5-6 </Range>", map);
        Assert.Contains($"<Range chksum=\"{TestImages.Sha256(image[(10 * 4096)..])}\"> 10 </Range>", map);
        string own = map.Split("<BmapFileChecksum> ")[1][..64];
        Assert.Equal(own, TestImages.Sha256(Encoding.UTF8.GetBytes(map.Replace(own, new string('0', 64), StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("zst", 1)]
    [InlineData("gz", 2)]
    [InlineData("raw", 3)]
    public void Map_leads_bmaptool_to_the_same_image(string format, int seed)
    {
        if (!Tool.Exists("bmaptool"))
            return;
        using var folder = new TempFolder();
        var (bytes, data) = TestImages.Random(seed);
        string path = folder["card" + ContainerFormats.ByName(format)!.Extension];
        var map = new BmapFile();
        Save(format, map.Watch(TestImages.View(bytes, data), new RangeSet()), path, [map]);
        Tool.Run("bmaptool", "copy", path, folder["out"]); // Finds the map by its name, and checks every range.
        Assert.Equal(bytes, File.ReadAllBytes(folder["out"]));
    }

    [Fact]
    public void Failure_leaves_none_of_them()
    {
        using var folder = new TempFolder();
        byte[] image = TestImages.Make("islands");
        Assert.Throws<AccessException>(() => Save("zst", TestImages.View(image, failAtRead: 3), folder["c.img.zst"], [new Sha256File(), new BmapFile()]));
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Existing_one_is_refused_before_the_image_is_read()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["c.img.zst.sha256"], "precious");
        TargetView unreadable = TestImages.View(TestImages.Make("islands"), failAtRead: 1);
        var refusal = Assert.Throws<AccessException>(() => Save("zst", unreadable, folder["c.img.zst"], [new Sha256File()]));
        Assert.Contains("c.img.zst.sha256 exists already", refusal.Message);
        Assert.Equal(["c.img.zst.sha256"], folder.Files);
    }

    [Fact]
    public void Output_that_cannot_get_its_name_takes_theirs_away()
    {
        using var folder = new TempFolder();
        TargetView view = TestImages.View(TestImages.Make("islands"), onRead: () => File.WriteAllText(folder["c.img.zst"], "theirs"));
        Assert.Throws<AccessException>(() => Save("zst", view, folder["c.img.zst"], [new Sha256File()]));
        Assert.Equal(["c.img.zst"], folder.Files);
        Assert.Equal("theirs", File.ReadAllText(folder["c.img.zst"]));
    }

    private static string MapOf(byte[] image, ByteRange mapped)
    {
        using var folder = new TempFolder();
        var map = new BmapFile();
        Save("raw", map.Watch(TestImages.View(image), RangeSet.Of(mapped)), folder["c.img"], [map]);
        return File.ReadAllText(folder["c.img.bmap"]);
    }

    private static void Save(string format, TargetView view, string path, IReadOnlyList<ISideFile> beside) => ProvenOutput.Write(
        ContainerFormats.ByName(format)!, view, path, new ContainerOptions(Level: format == "raw" ? null : 1), beside,
        overwrite: false, prove: true, null, null, default);
}
