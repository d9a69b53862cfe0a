namespace ImgShrink.Pipeline.Tests;

public class HostNameTests
{
    [Theory]
    [InlineData("plain name.txt", "plain name.txt")]
    [InlineData("a:b", "a%3Ab")]
    [InlineData("what?", "what%3F")]
    [InlineData("back\\slash", "back%5Cslash")]
    [InlineData("dot.", "dot%2E")]
    [InlineData("space ", "space%20")]
    [InlineData("tab\there", "tab%09here")]
    [InlineData("con", "%63on")]
    [InlineData("Aux.txt", "%41ux.txt")]
    [InlineData("COM7 .log", "%43OM7 .log")]
    [InlineData("console", "console")]
    [InlineData("..", "%2E%2E")]
    [InlineData(".", "%2E")]
    [InlineData("...", "..%2E")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("Ü", "Ü")]
    public void Names_that_windows_forbids_are_written_in_another_way(string name, string expected) =>
        Assert.Equal(expected, new HostName(forWindows: true).Of(name));

    [Theory]
    [InlineData("a:b?", "a:b?")]
    [InlineData("con", "con")]
    [InlineData("a/../../b", "a%2F..%2F..%2Fb")]
    [InlineData("..", "%2E%2E")]
    [InlineData("nul\0byte", "nul%00byte")]
    public void Unix_forbids_little(string name, string expected) =>
        Assert.Equal(expected, new HostName(forWindows: false).Of(name));

    [Fact]
    public void Bytes_that_are_no_text_are_written_as_numbers() =>
        Assert.Equal("a%E4b", new HostName(forWindows: false).Of("a\uDCE4b"));

    [Theory]
    [InlineData("2:/etc/fstab", 2, "/etc/fstab")]
    [InlineData("2:", 2, "/")]
    [InlineData("2:etc/", 2, "/etc")]
    [InlineData("/etc", null, "/etc")]
    [InlineData("etc", null, "/etc")]
    [InlineData("/a:b", null, "/a:b")]
    [InlineData("x:/y", null, "/x:/y")]
    public void Paths_may_name_a_partition(string text, int? partition, string path) =>
        Assert.Equal(new CardPath(partition, path), CardPath.Parse(text));
}
