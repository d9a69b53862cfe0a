using System.Text;

namespace ImgShrink.FileSystems.Tests;

public class NameTextTests
{
    // Attributes are stored as UTF-8, which cannot hold the lone surrogates.
    private static readonly (byte[] Name, string Text)[] s_names =
    [
        ([0x61, 0x62], "ab"),
        ([0xC3, 0xA4], "ä"),
        ([0xF0, 0x9F, 0x98, 0x80], "😀"),
        ([0x61, 0xE4, 0x62], "a\uDCE4b"),
        ([0xC3], "\uDCC3"),
        ([0xED, 0xB3, 0xA4], "\uDCED\uDCB3\uDCA4"), // UTF-8 of a surrogate is no UTF-8.
    ];

    [Fact]
    public void Names_become_text_and_back()
    {
        foreach (var (name, text) in s_names)
        {
            Assert.Equal(text, NameText.Decode(name));
            Assert.Equal(name, NameText.Encode(text));
        }
    }

    [Fact]
    public void Random_bytes_survive()
    {
        var random = new Random(20240315);
        for (int round = 0; round < 2000; round++)
        {
            var name = new byte[random.Next(1, 24)];
            random.NextBytes(name);
            Assert.Equal(name, NameText.Encode(NameText.Decode(name)));
        }
    }

    [Theory]
    [InlineData("a/b", "a\\uDC2Fb")]
    [InlineData("../../x", "..\\uDC2F..\\uDC2Fx")]
    [InlineData("a\0", "a\\uDC00")]
    public void A_name_has_no_slash_in_it(string name, string expected)
    {
        string text = NameText.DecodeName(Encoding.UTF8.GetBytes(name));
        Assert.Equal(System.Text.RegularExpressions.Regex.Unescape(expected), text);
        Assert.Equal(name, Encoding.UTF8.GetString(NameText.Encode(text)));
    }

    [Fact]
    public void Text_without_escapes_is_UTF8() =>
        Assert.Equal(Encoding.UTF8.GetBytes("Größe 😀"), NameText.Encode("Größe 😀"));
}
