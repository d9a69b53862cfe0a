using System.Text;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext;

public class DirectoryHashTests(ITestOutputHelper output)
{
    private const string Seed = "01234567-89ab-cdef-0123-456789abcdef";
    private static readonly string[] s_versions = ["legacy", "half_md4", "tea"];

    // Asked of debugfs 1.47.0: dx_hash -s SEED -h VERSION NAME
    [Theory]
    [InlineData(0, "a", 0xE74B53E2u)]
    [InlineData(0, "lost+found", 0x5E2ABA24u)]
    [InlineData(0, "firstboot.service", 0xFF630080u)]
    [InlineData(0, "größe-äöü", 0x16A8222Cu)]
    [InlineData(0, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0xCCF8E87Cu)]
    [InlineData(0, "a-name-of-exactly-33-characters--", 0x94152980u)]
    [InlineData(0, "the-quick-brown-fox-jumps-over-the-lazy-dog-and-then-some-more-é", 0xCE54D504u)]
    [InlineData(1, "a", 0x35DC0CC4u)]
    [InlineData(1, "lost+found", 0x663BDC72u)]
    [InlineData(1, "firstboot.service", 0xC3800786u)]
    [InlineData(1, "größe-äöü", 0x2CACF8D0u)]
    [InlineData(1, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0x6B800086u)]
    [InlineData(1, "a-name-of-exactly-33-characters--", 0xDFC6ED0Au)]
    [InlineData(1, "the-quick-brown-fox-jumps-over-the-lazy-dog-and-then-some-more-é", 0x7705AF30u)]
    [InlineData(2, "a", 0x6D0EA4C0u)]
    [InlineData(2, "lost+found", 0x2DBF9E80u)]
    [InlineData(2, "firstboot.service", 0xB442B1FCu)]
    [InlineData(2, "größe-äöü", 0x1962B62u)]
    [InlineData(2, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0x4235B328u)]
    [InlineData(2, "a-name-of-exactly-33-characters--", 0x6CD5DAC6u)]
    [InlineData(2, "the-quick-brown-fox-jumps-over-the-lazy-dog-and-then-some-more-é", 0xF5B82D9Au)]
    public void Hashes_are_those_of_the_reference(byte version, string name, uint expected) =>
        Assert.Equal(expected, new DirectoryHash(version, unsignedCharacters: false, SeedBytes()).Of(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void Hashes_are_those_of_debugfs()
    {
        if (Tool.SkipWithout(output.WriteLine, "debugfs"))
            return;
        for (int length = 1; length <= 255; length += 7)
        {
            for (byte version = 0; version < s_versions.Length; version++)
            {
                string name = NameOf(length);
                string said = Tool.Need("debugfs", "-R", $"dx_hash -s {Seed} -h {s_versions[version]} {name}");
                uint hash = new DirectoryHash(version, unsignedCharacters: false, SeedBytes()).Of(Encoding.UTF8.GetBytes(name));
                Assert.Contains($"is 0x{hash:x} ", said);
            }
        }
    }

    [Fact]
    public void Unsigned_characters_matter_only_above_127()
    {
        for (byte version = 0; version < s_versions.Length; version++)
        {
            var signed = new DirectoryHash(version, unsignedCharacters: false, SeedBytes());
            var unsigned = new DirectoryHash(version, unsignedCharacters: true, SeedBytes());
            Assert.Equal(signed.Of("plain"u8), unsigned.Of("plain"u8));
            Assert.NotEqual(signed.Of("größe"u8), unsigned.Of("größe"u8));
        }
    }

    [Fact]
    public void A_seed_of_zeros_stands_for_the_start_of_MD4()
    {
        var zeros = new DirectoryHash(DirectoryHash.HalfMd4, false, new byte[16]);
        var start = new DirectoryHash(DirectoryHash.HalfMd4, false, Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210"));
        Assert.Equal(start.Of("name"u8), zeros.Of("name"u8));
    }

    /// <summary>A name of so many bytes; every third character has two, with the upper bit set.</summary>
    private static string NameOf(int length)
    {
        var name = new StringBuilder();
        for (int bytes = 0, i = length; bytes < length; i++)
        {
            bool wide = i % 3 == 0 && bytes + 2 <= length;
            name.Append(wide ? (char)('\u00e0' + i % 20) : (char)('a' + i % 26));
            bytes += wide ? 2 : 1;
        }

        return name.ToString();
    }

    private static byte[] SeedBytes() => Convert.FromHexString(Seed.Replace("-", ""));
}
