using ImgShrink.Blocks;

namespace ImgShrink.Containers.Tests;

public class OutputFileTests
{
    [Fact]
    public void File_gets_its_name_by_commit_only()
    {
        using var folder = new TempFolder();
        using (OutputFile output = OutputFile.Create(folder["card.img"], overwrite: false))
        {
            File.WriteAllText(output.PartialPath, "new");
            Assert.Matches(@"^\.card\.img\.imgshrink-[0-9a-f]{8}\.partial$", Assert.Single(folder.Files));
            output.Commit();
        }

        Assert.Equal(["card.img"], folder.Files);
        Assert.Equal("new", File.ReadAllText(folder["card.img"]));
    }

    [Fact]
    public void What_a_killed_run_left_of_the_same_output_goes_and_what_another_run_writes_stays()
    {
        using var folder = new TempFolder();
        string left = folder[".card.img.imgshrink-01234567.partial"], written = folder[".card.img.imgshrink-89abcdef.partial"];
        string other = folder[".card2.img.imgshrink-01234567.partial"];
        foreach (string each in (string[])[left, written, other])
            File.WriteAllText(each, "a part");
        using (OutputWriter.OpenExisting(written))
        using (OutputFile.Create(folder["card.img"], overwrite: false))
            Assert.Equal((false, true, true), (File.Exists(left), File.Exists(written), File.Exists(other)));
    }

    [Fact]
    public void File_that_appeared_meanwhile_stays()
    {
        using var folder = new TempFolder();
        using (OutputFile output = OutputFile.Create(folder["card.img"], overwrite: false))
        {
            File.WriteAllText(folder["card.img"], "theirs");
            Assert.Throws<AccessException>(output.Commit);
        }

        Assert.Equal(["card.img"], folder.Files);
        Assert.Equal("theirs", File.ReadAllText(folder["card.img"]));
    }

    [Fact]
    public void Missing_folder_and_folder_as_output_are_refused()
    {
        using var folder = new TempFolder();
        Assert.Contains("does not exist", Assert.Throws<AccessException>(() => OutputFile.Create(folder["no/card.img"], false)).Message);
        Assert.Contains("is a folder", Assert.Throws<AccessException>(() => OutputFile.Create(folder.Root, true)).Message);
    }

    [Fact]
    public void Full_medium_is_said_with_the_bytes_needed()
    {
        if (!File.Exists("/dev/full"))
            return;
        using var file = OutputWriter.OpenExisting("/dev/full");
        Assert.Contains("byte 3", Assert.Throws<NotEnoughSpaceException>(() => file.Write(0, [1, 2, 3])).Message);
    }

    [Fact]
    public void Raw_image_that_cannot_fit_is_refused_before_the_first_byte()
    {
        using var folder = new TempFolder();
        if (FreeSpace.Of(folder.Root) is not { } free)
            return;
        long length = (free / 512 + (8L << 30) / 512) * 512; // Other programs may free some meanwhile.
        var source = new ZeroSource(length);
        RangeSet data = RangeSet.Of(new ByteRange(0, length));
        var failure = Assert.Throws<NotEnoughSpaceException>(() => ProvenOutput.Write(
            ContainerFormats.ByName("raw")!, new TargetView(source, data), folder["x.img"],
            ContainerOptions.Default, [], false, true, null, null, default));
        Assert.Contains($"{length}", failure.Message);
        Assert.Empty(folder.Files);
    }

    [Theory]
    [InlineData("card.img", "raw")]
    [InlineData("card.IMG", "raw")]
    [InlineData("card.img.zst", "zst")]
    [InlineData("card.img.xz", "xz")]
    [InlineData("card.img.gz", "gz")]
    [InlineData("card.ZIP", "zip")]
    [InlineData("card", "zst")]
    [InlineData("card.2024", "zst")]
    public void Extension_decides_the_format(string path, string name) => Assert.Equal(name, ContainerFormats.ForPath(path).Name);

    [Theory]
    [InlineData("/a/card.img.zip", "card.img")]
    [InlineData("card.zip", "card.img")]
    [InlineData("card.img", "card.img")]
    [InlineData("card.bin", "card.bin")]
    [InlineData("card.2024", "card.2024")]
    [InlineData("card", "card.img")]
    public void Image_is_called_like_its_file(string path, string name) => Assert.Equal(name, ContainerFormats.ImageNameOf(path));
}
