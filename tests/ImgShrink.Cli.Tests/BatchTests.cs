using System.Text.Json;
using ImgShrink.Testing;

namespace ImgShrink.Cli.Tests;

/// <summary>A folder of images, one of them bad, made small; and again.</summary>
[Collection(nameof(SmallCard))]
public sealed class BatchTests(SmallCard card) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_image_is_done_once_and_a_bad_one_stops_nobody()
    {
        Directory.CreateDirectory(_folder["in/old"]);
        File.Copy(card.Path, _folder["in/old/kitchen pi.img"]);
        File.WriteAllBytes(_folder["in/bad.img"], new byte[100_000]);
        File.WriteAllText(_folder["in/notes.txt"], "no image");

        CliResult plan = Cli.Run("batch", _folder["in"], "--output", _folder["out"], "--dry-run");
        Assert.Equal(3, plan.ExitCode);
        Assert.Contains("Nothing was written.", plan.Output);
        Assert.False(Directory.Exists(_folder["out"]));

        CliResult first = Cli.Run("batch", _folder["in"], "--output", _folder["out"]);
        string small = _folder["out/old/kitchen pi.shrunk.img.zst"];
        Assert.Equal(3, first.ExitCode);
        Assert.Contains("bad.img: failed. ", first.Output);
        Assert.Contains("1 of 2 images: ", first.Output);
        Assert.True(File.Exists(small));
        DateTime written = File.GetLastWriteTimeUtc(small);

        // A new date does not make another image; another byte does.
        File.Delete(_folder["in/bad.img"]);
        File.SetLastWriteTimeUtc(_folder["in/old/kitchen pi.img"], DateTime.UtcNow);
        using JsonDocument again = JsonDocument.Parse(
            Cli.Run("batch", _folder["in"], "--output", _folder["out"], "--json").Output);
        Assert.Equal("alreadyDone", again.RootElement.GetProperty("images")[0].GetProperty("state").GetString());
        Assert.Equal(new FileInfo(small).Length, again.RootElement.GetProperty("outputBytes").GetInt64());
        Assert.Equal(written, File.GetLastWriteTimeUtc(small));

        using (FileStream image = File.OpenWrite(_folder["in/old/kitchen pi.img"]))
        {
            image.Position = 100;
            image.WriteByte(1);
        }

        CliResult changed = Cli.Run("batch", _folder["in"], "--output", _folder["out"]);
        Assert.Equal(0, changed.ExitCode);
        Assert.Contains(" -> ", changed.Output);
        Assert.NotEqual(written, File.GetLastWriteTimeUtc(small));
    }

    [Fact]
    public void An_output_of_somebody_else_is_not_replaced()
    {
        Directory.CreateDirectory(_folder["in"]);
        File.Copy(card.Path, _folder["in/pi.img"]);
        File.WriteAllText(_folder["in/pi.shrunk.img.zst"], "mine");
        CliResult run = Cli.Run("batch", _folder["in"]);
        Assert.Equal(6, run.ExitCode);
        Assert.Contains("exists already", run.Output);
        Assert.Equal("mine", File.ReadAllText(_folder["in/pi.shrunk.img.zst"]));
    }

    [Fact]
    public void A_folder_without_images_is_said()
    {
        CliResult run = Cli.Run("batch", _folder.Root);
        Assert.Equal(6, run.ExitCode);
        Assert.Contains("There is no image in", run.Error);
        Assert.Contains("is a file; for one image there is 'imgshrink shrink'.", Cli.Run("batch", card.Path).Error);
        Assert.Contains("There is no folder", Cli.Run("batch", _folder["none"]).Error);
    }
}
