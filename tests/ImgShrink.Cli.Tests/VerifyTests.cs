using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImgShrink.Testing;

namespace ImgShrink.Cli.Tests;

/// <summary>What <c>verify</c> says of good images and of damaged ones, and how it ends.</summary>
[Collection(nameof(SmallCard))]
public sealed class VerifyTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SmallCard _card;
    private readonly string _small;

    public VerifyTests(SmallCard card)
    {
        _card = card;
        _small = _folder["small.img.zst"];
        Assert.Equal(0, Cli.Run("shrink", card.Path, _small, "-q", "--bmap", "--manifest", "--sha256").ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_good_image_agrees_with_everything_beside_it()
    {
        CliResult run = Cli.Run("verify", _small, "--against", _card.Path);
        Assert.Equal(0, run.ExitCode);
        foreach (string beside in (string[])["small.img.zst.sha256", "small.rpi-imager-manifest", "small.img.bmap"])
            Assert.Contains(beside, run.Output);
        Assert.Equal("", Cli.Run("verify", _small, "-q").Output);
    }

    [Theory]
    [InlineData("SHA256", "file")]
    [InlineData("SHA1", "file")]
    [InlineData("MD5", "file")]
    [InlineData("SHA256", "image")]
    public void A_published_checksum_says_what_it_is_of(string algorithm, string of)
    {
        string path = _small;
        if (of == "image")
        {
            path = _folder["small.img"];
            Assert.Equal(0, Cli.Run("shrink", _card.Path, path, "-q").ExitCode);
        }

        string sum = Convert.ToHexString(CryptographicOperations.HashData(
            new HashAlgorithmName(algorithm), File.ReadAllBytes(path)));
        CliResult run = Cli.Run("verify", _small, "--sha256", sum, "--json");
        Assert.Equal(0, run.ExitCode);
        using JsonDocument report = JsonDocument.Parse(run.Output);
        JsonElement given = report.RootElement.GetProperty("checksums").EnumerateArray().First();
        Assert.Equal(("--sha256", of), (given.GetProperty("origin").GetString(), given.GetProperty("matches").GetString()));
    }

    [Fact]
    public void Another_checksum_ends_with_7()
    {
        CliResult run = Cli.Run("verify", _small, "--sha256", new string('a', 64));
        Assert.Equal(7, run.ExitCode);
        Assert.Contains("is neither the file's nor the image's", run.Output);
    }

    [Theory]
    [InlineData("small.img.zst.sha256")]
    [InlineData("small.rpi-imager-manifest")]
    public void A_file_beside_it_that_says_something_else_ends_with_7(string beside)
    {
        string path = _folder[beside];
        string text = File.ReadAllText(path);
        string sum = Regex.Match(text, "[0-9a-f]{64}").Value;
        File.WriteAllText(path, text.Replace(sum, new string('0', 64), StringComparison.Ordinal));
        CliResult run = Cli.Run("verify", _small);
        Assert.Equal(7, run.ExitCode);
        Assert.Contains(beside, run.Output);
    }

    [Fact]
    public void A_damaged_block_map_beside_it_ends_with_3()
    {
        string path = _folder["small.img.bmap"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("<Range", "<range", StringComparison.Ordinal));
        CliResult run = Cli.Run("verify", _small);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("small.img.bmap", run.Error);
    }

    [Fact]
    public void A_block_map_of_an_old_version_holds_no_checksums()
    {
        string path = _folder["small.img.bmap"];
        string size = Regex.Match(File.ReadAllText(path), "<ImageSize>.*</ImageSize>").Value;
        File.WriteAllText(path, $"<bmap version=\"1.2\">{size}<BlockSize>4096</BlockSize><BlockMap><Range>0-1</Range></BlockMap></bmap>");
        CliResult run = Cli.Run("verify", _small);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"{path}: holds no checksums; the length is that of the image", run.Output);
    }

    [Theory]
    [InlineData(0.999, 3, "cut short")]
    [InlineData(0.5, 3, "cut short")]
    public void A_file_that_is_cut_short_ends_with_3(double share, int code, string word)
    {
        using (FileStream file = File.OpenWrite(_small))
            file.SetLength((long)(file.Length * share));
        CliResult run = Cli.Run("verify", _small);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(word, run.Error);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public void A_flipped_bit_ends_with_3()
    {
        using (FileStream file = File.Open(_small, FileMode.Open))
        {
            file.Position = file.Length / 2;
            int value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 4));
        }

        CliResult run = Cli.Run("verify", _small);
        Assert.Equal((3, ""), (run.ExitCode, run.Output));
        Assert.Contains("small.img.zst", run.Error);
    }

    [Fact]
    public void A_volume_with_damage_ends_with_3_and_is_named()
    {
        string raw = _folder["raw.img"];
        Assert.Equal(0, Cli.Run("shrink", _card.Path, raw, "-q").ExitCode);
        CliResult before = Cli.Run("info", raw, "--json");
        using JsonDocument report = JsonDocument.Parse(before.Output);
        long root = report.RootElement.GetProperty("partitions")[1].GetProperty("start").GetInt64();
        using (FileStream file = File.Open(raw, FileMode.Open))
        {
            file.Position = root + 1024 + 0x10; // s_free_inodes_count
            file.Write([0xFF, 0xFF, 0xFF, 0x7F]);
        }

        CliResult run = Cli.Run("verify", raw);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("superblock", run.Output + run.Error);
    }

    [Fact]
    public void An_image_that_holds_other_files_ends_with_7()
    {
        string other = _folder["other.img"];
        File.Copy(_card.Path, other);
        byte[] bytes = File.ReadAllBytes(other);
        int at = bytes.AsSpan().IndexOf("console="u8);
        Assert.True(at > 0);
        bytes[at] = (byte)'C';
        File.WriteAllBytes(other, bytes);
        CliResult run = Cli.Run("verify", _small, "--against", other);
        Assert.Equal(7, run.ExitCode);
        Assert.Contains("cmdline.txt", run.Output);
    }

    [Theory]
    [InlineData("xyz")]
    [InlineData("abc123")]
    public void What_is_no_checksum_is_a_wrong_argument(string text)
    {
        CliResult run = Cli.Run("verify", _small, "--sha256", text);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("64 hexadecimal digits", run.Error);
    }

    [Fact]
    public void What_is_not_there_ends_with_6()
    {
        Assert.Equal(6, Cli.Run("verify", _folder["nothing.img"]).ExitCode);
        Assert.Equal(6, Cli.Run("verify", _small, "--against", _folder["nothing.img"]).ExitCode);
    }
}
