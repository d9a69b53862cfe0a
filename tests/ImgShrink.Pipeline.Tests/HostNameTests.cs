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
    [InlineData("", "%")]
    [InlineData("nul.txt", "%6Eul.txt")]
    [InlineData("NUL.tar.gz", "%4EUL.tar.gz")]
    [InlineData("com1", "%63om1")]
    [InlineData("COM\u00B9.txt", "%43OM\u00B9.txt")]
    [InlineData("lpt\u00B3", "%6Cpt\u00B3")]
    [InlineData("CONOUT$", "%43ONOUT$")]
    [InlineData("com10", "com10")]
    [InlineData("a.txt:stream", "a.txt%3Astream")]
    [InlineData("C:", "C%3A")]
    [InlineData("C:\\Windows", "C%3A%5CWindows")]
    [InlineData("\\\\server\\share", "%5C%5Cserver%5Cshare")]
    [InlineData("name. .", "name. %2E")]
    [InlineData(" .. ", " ..%20")]
    [InlineData("skull 💀 and tiger 🐯", "skull 💀 and tiger 🐯")]
    public void Names_that_windows_forbids_are_written_in_another_way(string name, string expected) =>
        Assert.Equal(expected, new HostName(forWindows: true).Of(name));

    [Theory]
    [InlineData("a:b?", "a:b?")]
    [InlineData("con", "con")]
    [InlineData("a/../../b", "a%2F..%2F..%2Fb")]
    [InlineData("..", "%2E%2E")]
    [InlineData("nul\0byte", "nul%00byte")]
    [InlineData("", "%")]
    [InlineData("/etc/passwd", "%2Fetc%2Fpasswd")]
    [InlineData("skull 💀 and tiger 🐯", "skull 💀 and tiger 🐯")]
    public void Unix_forbids_little(string name, string expected) =>
        Assert.Equal(expected, new HostName(forWindows: false).Of(name));

    [Fact]
    public void Bytes_that_are_no_text_are_written_as_numbers() =>
        Assert.Equal("a%E4b", new HostName(forWindows: false).Of("a\uDCE4b"));

    [Fact]
    public void An_escaped_slash_is_written_as_a_number() =>
        Assert.Equal("..%2F..%2Fx", new HostName(forWindows: false).Of("..\uDC2F..\uDC2Fx"));

    [Fact]
    public void Half_a_character_is_no_text() => Assert.Equal("a%EF%BF%BDb", new HostName(forWindows: true).Of("a\uD800b"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Names_that_are_too_long_are_cut_and_stay_different(bool forWindows)
    {
        var names = new HostName(forWindows);
        Assert.Equal(new string('x', 255), names.Of(new string('x', 255)));
        string first = names.Of(new string('\uDCE4', 200) + "1"), second = names.Of(new string('\uDCE4', 200) + "2");
        Assert.InRange(first.Length, 250, 255);
        Assert.Matches("^(%E4)+~[0-9A-F]{8}$", first);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void What_is_long_on_one_system_may_fit_another()
    {
        string name = new('ä', 200);
        Assert.Equal(name, new HostName(forWindows: true).Of(name));
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(new HostName(forWindows: false).Of(name)), 250, 255);
    }

    [Fact]
    public void A_number_tells_names_apart_however_long_they_are()
    {
        Assert.Equal("name~2", new HostName(forWindows: true).Of("name", 2));
        string second = new HostName(forWindows: true).Of(new string('x', 255), 2);
        Assert.Matches("^x+~[0-9A-F]{8}~2$", second);
        Assert.Equal(255, second.Length);
    }

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
