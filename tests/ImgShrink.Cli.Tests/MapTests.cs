using System.IO.Compression;
using System.Xml.Linq;
using ImgShrink.Blocks;
using ImgShrink.Cli.Picture;
using ImgShrink.Partitions;
using ImgShrink.Pipeline.Map;
using ImgShrink.Testing;

namespace ImgShrink.Cli.Tests;

/// <summary>The picture that <c>info --map</c> draws.</summary>
[Collection(nameof(SmallCard))]
public sealed class MapTests(SmallCard card) : IDisposable
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cells_count_what_is_in_use_and_whose_they_are()
    {
        var used = new RangeSet();
        used.Add(new ByteRange(0, 512));
        used.Add(new ByteRange(3584, 1536));
        var disk = new CardAllocation(10_240, used,
            [new Partition(1, 1024, 3072, "0x0c", null, null, false), new Partition(2, 4096, 4096, "0x83", null, null, false)]);
        Assert.Equal(
            [
                new MapCell(512, 0, 2048), // 1024..3072 of partition 1, and the table in front of it
                new MapCell(512 + 1024, 1, 2048),
                new MapCell(0, 1, 2048),
                new MapCell(0, 0, 0),
            ],
            [.. disk.Cells(3072)]);
        Assert.Equal(used.TotalBytes, disk.Cells(700).Sum(each => each.UsedBytes));
        Assert.Equal(7168, disk.Cells(512).Sum(each => each.PartitionBytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => disk.Cells(0));
    }

    [Theory]
    [InlineData("svg")]
    [InlineData("html")]
    public void Map_is_drawn_before_and_after(string extension)
    {
        string path = _folder["map." + extension];
        Assert.Equal(0, Cli.Run("info", card.Path, "--map", path).ExitCode);
        string text = File.ReadAllText(path);
        XElement picture = extension == "svg" ? XElement.Parse(text)
            : XElement.Parse(text[text.IndexOf("<svg", StringComparison.Ordinal)..text.IndexOf("</body>", StringComparison.Ordinal)]);
        string[] words = [.. picture.Elements(Svg + "text").Select(each => each.Value)];
        Assert.Equal("card.img", words[0]);
        Assert.Contains(words, each => each.StartsWith("Now: 150 MB (143 MiB)", StringComparison.Ordinal));
        Assert.Contains(words, each => each.StartsWith("Shrunk: ", StringComparison.Ordinal));
        Assert.Contains(words, each => each.StartsWith("Partition 2: ext4 rootfs", StringComparison.Ordinal) && each.Contains("; shrunk to "));
        double height = (double)picture.Attribute("height")!;
        Assert.All(picture.Elements(Svg + "rect").Skip(1), each => Assert.InRange((double)each.Attribute("y")!, 0, height));
    }

    [Fact]
    public void Png_is_whole()
    {
        string path = _folder["map.png"];
        Assert.Equal(0, Cli.Run("info", card.Path, "--map", path).ExitCode);
        byte[] file = File.ReadAllBytes(path);
        Assert.Equal([137, 80, 78, 71, 13, 10, 26, 10], file[..8]);
        int at = 8, width = 0, height = 0;
        var packed = new MemoryStream();
        for (string type = ""; type != "IEND";)
        {
            int length = (int)Be.U32(file, at);
            type = System.Text.Encoding.ASCII.GetString(file, at + 4, 4);
            Assert.Equal(Crc32.Of(file.AsSpan(at + 4, 4 + length)), Be.U32(file, at + 8 + length));
            if (type == "IHDR")
                (width, height) = ((int)Be.U32(file, at + 8), (int)Be.U32(file, at + 12));
            else
                packed.Write(file, at + 8, length);
            at += 12 + length;
        }

        Assert.Equal(file.Length, at);
        packed.Position = 0;
        using var dots = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Decompress))
            zlib.CopyTo(dots);
        Assert.Equal(height * (1 + 3 * width), dots.Length);
    }

    [Fact]
    public void Every_letter_that_is_printed_has_its_dots()
    {
        string question = string.Join(' ', DotFont.Dots("?"));
        for (char each = 'A'; each <= 'z'; each++)
        {
            if (char.IsLetter(each))
                Assert.NotEqual(question, string.Join(' ', DotFont.Dots($"{each}")));
        }

        Assert.Equal(question, string.Join(' ', DotFont.Dots("\u732b")));
        Assert.All(DotFont.Dots("gjpqy,;"), dot => Assert.InRange(dot.Y, 0, DotFont.Rows + 1));
    }

    [Fact]
    public void Files_that_exist_are_kept_and_other_extensions_are_refused()
    {
        string path = _folder["map.svg"];
        File.WriteAllText(path, "mine");
        Assert.Equal(6, Cli.Run("info", card.Path, "--map", path).ExitCode);
        Assert.Equal("mine", File.ReadAllText(path));
        Assert.Equal(0, Cli.Run("info", card.Path, "--map", path, "--force").ExitCode);
        Assert.StartsWith("<svg", File.ReadAllText(path));
        CliResult wrong = Cli.Run("info", card.Path, "--map", _folder["map.bmp"]);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains(".svg, .html or .png", wrong.Error);
    }
}
