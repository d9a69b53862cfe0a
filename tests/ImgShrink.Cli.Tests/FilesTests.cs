using System.Text.Json;
using ImgShrink.Cli.Text;
using ImgShrink.Testing;

namespace ImgShrink.Cli.Tests;

/// <summary>Looking into an image, and taking files out.</summary>
[Collection(nameof(SmallCard))]
public sealed class FilesTests(SmallCard card) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ls_without_a_path_names_the_volumes()
    {
        CliResult run = Cli.Run("ls", card.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("1:/   fat16    bootfs\n2:/   ext4     rootfs\n", run.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Ls_shows_owners_modes_sizes_times_and_links()
    {
        string output = Cli.Run("ls", card.Path, "2:/dev").Output;
        Assert.Matches(@"(?m)^crw------- 0:0 +5, 1 \d{4}-\d\d-\d\d \d\d:\d\d console\r?$", output);
        Assert.Matches(@"(?m)^brw-rw---- 0:0 +179, 2 .* mmcblk0p2\r?$", output);
        Assert.Matches(@"(?m)^-rwsr-xr-x 0:0 +\d+ .* sudo\r?$", Cli.Run("ls", card.Path, "/usr/bin/sudo").Output);
        output = Cli.Run("ls", card.Path, "2:/").Output;
        Assert.Matches(@"(?m)^lrwxrwxrwx 0:0 +7 .* bin -> usr/bin\r?$", output);
        Assert.Matches(@"(?m)^drwxrwxrwt 0:0 +0 .* tmp/\r?$", output);
    }

    [Fact]
    public void A_path_without_a_partition_is_looked_for_on_all_volumes()
    {
        Assert.Matches(@"(?m)^ *\d+ \d{4}-\d\d-\d\d \d\d:\d\d cmdline.txt\r?$", Cli.Run("ls", card.Path, "cmdline.txt").Output);
        CliResult missing = Cli.Run("ls", card.Path, "/no/such/thing");
        Assert.Equal((6, "imgshrink: There is no /no/such/thing on it."), (missing.ExitCode, missing.Error.TrimEnd()));
        Assert.Equal(6, Cli.Run("ls", card.Path, "7:/").ExitCode);
    }

    [Fact]
    public void A_label_or_a_name_does_not_control_the_terminal()
    {
        string path = _folder["card.img"];
        File.Copy(card.Path, path);
        JsonElement root = JsonDocument.Parse(Cli.Run("info", path, "--json").Output).RootElement.GetProperty("partitions")[1];
        byte[] bytes = File.ReadAllBytes(path);
        "\e[31mred"u8.CopyTo(bytes.AsSpan((int)root.GetProperty("start").GetInt64() + 1024 + 0x78)); // s_volume_name
        int name = bytes.AsSpan().IndexOf("hostname"u8); // In a directory: /etc/hostname
        "host\e]0;"u8.CopyTo(bytes.AsSpan(name));
        File.WriteAllBytes(path, bytes);
        foreach (string[] arguments in (string[][])[["info", path], ["ls", path], ["ls", path, "2:/etc"]])
        {
            CliResult run = Cli.Run(arguments);
            Assert.Contains(arguments.Length == 3 ? "host?]0;" : "?[31mred", run.Output);
            Assert.DoesNotContain("\e", run.Output + run.Error);
        }
    }

    [Theory]
    [InlineData("plain 💀 ä\n", "plain 💀 ä?", "plain 💀 ä\n")]
    [InlineData("\u009B31m\u202Egpj.exe\u2069", "?31m?gpj.exe?", "?31m?gpj.exe?")]
    [InlineData("👨\u200D👩", "👨\u200D👩", "👨\u200D👩")]
    public void Text_of_an_image_is_made_harmless(string text, string line, string lines) =>
        Assert.Equal((line, lines), (PrintableText.OfLine(text), PrintableText.OfLines(text)));

    [Fact]
    public void Ls_as_json_has_numbers()
    {
        using JsonDocument document = JsonDocument.Parse(Cli.Run("ls", card.Path, "2:/etc", "--json").Output);
        JsonElement shadow = document.RootElement.GetProperty("entries").EnumerateArray()
            .Single(each => each.GetProperty("name").GetString() == "shadow");
        Assert.Equal("2:/etc", document.RootElement.GetProperty("path").GetString());
        Assert.Equal("file", shadow.GetProperty("kind").GetString());
        Assert.Equal(0x1A0, shadow.GetProperty("unix").GetProperty("mode").GetInt32());
        Assert.Equal(42, shadow.GetProperty("unix").GetProperty("group").GetInt32());
    }

    [Fact]
    public void Extract_takes_a_file_under_its_own_name_or_another()
    {
        Assert.Equal(0, Cli.Run("extract", card.Path, "/etc/hostname", _folder.Root).ExitCode);
        Assert.Equal("raspberrypi\n", File.ReadAllText(_folder["hostname"]));
        Assert.Equal(0, Cli.Run("extract", card.Path, "2:/etc/hostname", _folder["name.txt"]).ExitCode);
        Assert.Equal("raspberrypi\n", File.ReadAllText(_folder["name.txt"]));

        CliResult again = Cli.Run("extract", card.Path, "/etc/hostname", _folder.Root);
        Assert.Equal(6, again.ExitCode);
        Assert.Contains("exists already", again.Error);
        File.WriteAllText(_folder["hostname"], "mine");
        Assert.Equal(0, Cli.Run("extract", card.Path, "/etc/hostname", _folder.Root, "--force").ExitCode);
        Assert.Equal("raspberrypi\n", File.ReadAllText(_folder["hostname"]));
    }

    [Fact]
    public void Extract_takes_a_partition_as_it_is()
    {
        JsonElement root = JsonDocument.Parse(Cli.Run("info", card.Path, "--json").Output).RootElement.GetProperty("partitions")[1];
        byte[] expected = new byte[root.GetProperty("bytes").GetInt64()];
        using (FileStream file = File.OpenRead(card.Path))
        {
            file.Position = root.GetProperty("start").GetInt64();
            file.ReadExactly(expected);
        }

        CliResult run = Cli.Run("extract", card.Path, "2:", _folder["root.img"], "--raw");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(expected)), run.Output);
        Assert.True(File.ReadAllBytes(_folder["root.img"]).AsSpan().SequenceEqual(expected));

        Assert.Equal(0, Cli.Run("extract", card.Path, "2:", _folder.Root, "--raw", "-q").ExitCode);
        Assert.True(File.Exists(_folder["partition2.img"]));
        Assert.Equal(0, Cli.Run("extract", card.Path, "1:", _folder["boot.img.zst"], "--raw", "--json").ExitCode);
        Assert.Contains("bootfs", Cli.Run("info", _folder["boot.img.zst"]).Output);
        Assert.Contains("There is no partition 7", Cli.Run("extract", card.Path, "7:", _folder.Root, "--raw").Error);
        Assert.Contains("'/etc' names none", Cli.Run("extract", card.Path, "/etc", _folder.Root, "--raw").Error);
        Assert.Contains("is the source itself", Cli.Run("extract", card.Path, "2:", card.Path, "--raw", "--force").Error);
        Assert.Equal(0, Cli.Run("extract", card.Path, "1:", _folder["boot.fat"], "--raw").ExitCode);
        Assert.Equal(0xEB, File.ReadAllBytes(_folder["boot.fat"])[0]); // A name that says nothing of a format: as it is.
    }

    [Fact]
    public void Extract_takes_a_tree_with_links_and_times()
    {
        CliResult run = Cli.Run("extract", card.Path, "2:/etc", _folder.Root);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("files in", run.Output);
        if (!OperatingSystem.IsWindows())
            Assert.Equal("../usr/lib/os-release", new FileInfo(_folder["etc/os-release"]).LinkTarget);
        Assert.StartsWith("root:", File.ReadAllText(_folder["etc/shadow"]));
        Assert.True(File.Exists(_folder["etc/init.d/ssh"]));
        Assert.True(File.GetLastWriteTimeUtc(_folder["etc/hostname"]).Year < 2026);
        Assert.Equal(0, Cli.Run("extract", card.Path, "1:/", _folder["boot"]).ExitCode);
        Assert.True(File.Exists(_folder["boot/config.txt"]));
        CliResult devices = Cli.Run("extract", card.Path, "/dev", _folder.Root);
        Assert.Equal(0, devices.ExitCode);
        Assert.Contains("Left out: /dev/console (devices, pipes and sockets have no content)", devices.Output);
    }
}
