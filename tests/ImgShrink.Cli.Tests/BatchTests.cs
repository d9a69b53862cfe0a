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

        File.Delete(_folder["in/bad.img"]);
        using JsonDocument again = JsonDocument.Parse(
            Cli.Run("batch", _folder["in"], "--output", _folder["out"], "--json").Output);
        Assert.Equal("alreadyDone", again.RootElement.GetProperty("images")[0].GetProperty("state").GetString());
        Assert.Equal(new FileInfo(small).Length, again.RootElement.GetProperty("outputBytes").GetInt64());
        Assert.Equal(written, File.GetLastWriteTimeUtc(small));

        // Another byte makes another image, under the old date too; and so does another date, since not every byte is looked at.
        DateTime date = File.GetLastWriteTimeUtc(_folder["in/old/kitchen pi.img"]);
        using (FileStream image = File.OpenWrite(_folder["in/old/kitchen pi.img"]))
        {
            image.Position = 100;
            image.WriteByte(1);
        }

        File.SetLastWriteTimeUtc(_folder["in/old/kitchen pi.img"], date);
        CliResult changed = Cli.Run("batch", _folder["in"], "--output", _folder["out"]);
        Assert.Equal(0, changed.ExitCode);
        Assert.Contains(" -> ", changed.Output);
        Assert.NotEqual(written, File.GetLastWriteTimeUtc(small));
        File.SetLastWriteTimeUtc(_folder["in/old/kitchen pi.img"], date.AddSeconds(2));
        Assert.DoesNotContain("done before", Cli.Run("batch", _folder["in"], "--output", _folder["out"]).Output);
        Assert.Contains("done before", Cli.Run("batch", _folder["in"], "--output", _folder["out"]).Output);
        Assert.DoesNotContain("done before", Cli.Run("batch", _folder["in"], "--output", _folder["out"], "--sha256").Output);
        Assert.True(File.Exists(small + ".sha256"));
    }

    [Fact]
    public void Progress_for_programs_names_the_image()
    {
        Directory.CreateDirectory(_folder["in"]);
        File.Copy(card.Path, _folder["in/pi.img"]);
        string[] lines = Cli.Run("batch", _folder["in"], "--output", _folder["out"], "--json", "--threads", "1").Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.EndsWith("pi.img", JsonDocument.Parse(line).RootElement.GetProperty("image").GetString()));
    }

    [Fact]
    public void What_a_run_had_begun_when_it_was_killed_is_done_by_the_next()
    {
        Directory.CreateDirectory(_folder["in"]);
        File.Copy(card.Path, _folder["in/pi.img"]);
        Assert.Equal(0, Cli.Run("batch", _folder["in"]).ExitCode);
        // Killed between the renaming of the output and the record of it.
        string record = _folder["in/imgshrink-batch.json"];
        string text = File.ReadAllText(record);
        Assert.Matches("\"outputBytes\": [0-9]+", text);
        File.WriteAllText(record, System.Text.RegularExpressions.Regex.Replace(text, "\"outputBytes\": [0-9]+", "\"outputBytes\": null"));
        CliResult next = Cli.Run("batch", _folder["in"]);
        Assert.Equal(0, next.ExitCode);
        Assert.Contains(" -> ", next.Output);
    }

    [Fact]
    public void One_run_at_a_time_writes_to_a_folder()
    {
        Directory.CreateDirectory(_folder["in"]);
        File.Copy(card.Path, _folder["in/pi.img"]);
        using (new FileStream(_folder["in/imgshrink-batch.json.lock"], FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            CliResult second = Cli.Run("batch", _folder["in"]);
            Assert.Equal(6, second.ExitCode);
            Assert.Contains("Another batch is writing to", second.Error);
        }

        Assert.Equal(0, Cli.Run("batch", _folder["in"], "--replace").ExitCode);
        CliResult again = Cli.Run("batch", _folder["in"], "--replace");
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("only images that are small already", again.Output);
    }

    [Fact]
    public void A_run_that_is_stopped_says_what_is_done()
    {
        if (OperatingSystem.IsWindows())
            return; // There is no signal to send.
        Directory.CreateDirectory(_folder["in"]);
        for (int number = 0; number < 9; number++)
            File.Copy(card.Path, _folder[$"in/{number}.img"]);
        using System.Diagnostics.Process run = Cli.Start(
            _ => { }, "batch", _folder["in"], "--threads", "1", "--report", _folder["report.csv"]);
        for (string? line = ""; line is not null && !line.StartsWith("[2 of 9]", StringComparison.Ordinal);)
            line = run.StandardError.ReadLine();
        Tool.Run("kill", "-INT", run.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        CliResult end = Cli.WaitFor(run);
        Assert.Equal(130, end.ExitCode);
        Assert.Matches("Cancelled; [1-8] of 9 images are done", end.Error);
        Assert.Contains("0.img", File.ReadAllText(_folder["report.csv"]));
    }

    [Fact]
    public void An_output_of_somebody_else_is_not_replaced()
    {
        Directory.CreateDirectory(_folder["in"]);
        File.Copy(card.Path, _folder["in/pi.img"]);
        File.WriteAllText(_folder["in/pi.shrunk.img.zst"], "mine");
        Assert.Contains("exists already", Cli.Run("batch", _folder["in"], "--dry-run").Output);
        CliResult run = Cli.Run("batch", _folder["in"]);
        Assert.Equal(6, run.ExitCode);
        Assert.Contains("exists already", run.Output);
        Assert.Equal("mine", File.ReadAllText(_folder["in/pi.shrunk.img.zst"]));
    }

    [Fact]
    public void Several_images_at_a_time_give_one_report_and_originals_go_after_the_proof_only()
    {
        Directory.CreateDirectory(_folder["in"]);
        File.Copy(card.Path, _folder["in/a, b.img"]);
        File.Copy(card.Path, _folder["in/c.img"]);
        File.WriteAllBytes(_folder["in/bad.img"], new byte[100_000]);
        CliResult run = Cli.Run(
            "batch", _folder["in"], "--replace", "--threads", "4", "--memory", "8G", "--report", _folder["report.csv"]);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("c.img: Verifying ...", run.Error);
        Assert.Equal(["a, b.shrunk.img.zst", "bad.img", "c.shrunk.img.zst", "imgshrink-batch.json"],
            Directory.GetFiles(_folder["in"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string[] table = File.ReadAllText(_folder["report.csv"]).TrimEnd().Split("\r\n");
        Assert.Equal("source,sourceBytes,state,output,outputBytes,imageBytes,sha256,original,error", table[0]);
        Assert.StartsWith($"\"{Path.GetFullPath(_folder["in/a, b.img"])}\",", table[1]);
        Assert.Contains(",failed,", table[2]);
        Assert.Matches("c.img,[0-9]+,done,.*,[0-9a-f]{64},,$", table[3]);

        // Another card's image under the old name must not take the place of the only copy.
        File.Copy(card.Path, _folder["in/c.img"]);
        CliResult again = Cli.Run("batch", _folder["in"], "--replace");
        Assert.Contains("exists already", again.Output);
        Assert.True(File.Exists(_folder["in/c.img"]));
    }

    [Fact]
    public void Originals_are_kept_under_another_name_where_that_is_asked_for()
    {
        Directory.CreateDirectory(_folder["in"]);
        File.Copy(card.Path, _folder["in/pi.img"]);
        CliResult run = Cli.Run("batch", _folder["in"], "--replace", "--keep", "--report", _folder["report.html"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["imgshrink-batch.json", "pi.img.original", "pi.shrunk.img.zst"],
            Directory.GetFiles(_folder["in"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("pi.img.original", File.ReadAllText(_folder["report.html"]));
        Assert.Equal(new FileInfo(card.Path).Length, new FileInfo(_folder["in/pi.img.original"]).Length);
    }

    [Fact]
    public void Originals_go_into_the_trash_where_that_is_asked_for()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Directory.CreateDirectory(_folder["in"]);
        File.Copy(card.Path, _folder["in/pi.img"]);
        CliResult run = Cli.Run(start => start.Environment["XDG_DATA_HOME"] = _folder["data"], "batch", _folder["in"], "--replace", "--recycle");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("the original is in the recycle bin", run.Output);
        Assert.Equal(["imgshrink-batch.json", "pi.shrunk.img.zst"],
            Directory.GetFiles(_folder["in"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(File.ReadAllBytes(card.Path), File.ReadAllBytes(_folder["data/Trash/files/pi.img"]));
        Assert.Contains($"Path={_folder["in/pi.img"]}\n", File.ReadAllText(_folder["data/Trash/info/pi.img.trashinfo"]));
    }

    [Fact]
    public void An_original_on_another_volume_goes_into_the_trash_of_that_volume()
    {
        const string other = "/dev/shm"; // A volume of its own nearly everywhere.
        if (!OperatingSystem.IsLinux() || !Directory.Exists(other))
            return;
        string images = Directory.CreateDirectory(Path.Combine(other, $"imgshrink-test-{Guid.NewGuid():N}")).FullName;
        string name = $"{Guid.NewGuid():N}.img";
        try
        {
            File.Copy(card.Path, Path.Combine(images, name));
            CliResult run = Cli.Run(start => start.Environment["XDG_DATA_HOME"] = _folder["data"],
                "batch", images, "--output", _folder["out"], "--replace", "--recycle", "--json");
            Assert.Equal(0, run.ExitCode);
            JsonElement image = JsonDocument.Parse(run.Output).RootElement.GetProperty("images")[0];
            Assert.True(image.GetProperty("isRecycled").GetBoolean());
            Assert.Equal(JsonValueKind.Null, image.GetProperty("original").ValueKind);
            Assert.Empty(Directory.GetFiles(_folder["data/Trash/info"]));
            string info = Directory.GetFiles(other, $"{name}.trashinfo", new EnumerationOptions
            {
                RecurseSubdirectories = true, AttributesToSkip = 0,
            }).Single();
            Assert.Contains($"Path={Path.GetFileName(images)}/{name}\n", File.ReadAllText(info));
            File.Delete(info);
            File.Delete(Path.Combine(Path.GetDirectoryName(info)!, "../files", name));
        }
        finally
        {
            Directory.Delete(images, recursive: true);
        }
    }

    [Fact]
    public void Two_images_never_share_an_output()
    {
        Directory.CreateDirectory(_folder["in"]);
        File.Copy(card.Path, _folder["in/pi.img"]);
        File.Copy(card.Path, _folder["in/pi.img.zst"]);
        CliResult run = Cli.Run("batch", _folder["in"], "--replace", "--force");
        Assert.Equal(6, run.ExitCode);
        Assert.Contains("give one of the two another name", run.Output);
        Assert.Equal(1, new[] { "in/pi.img", "in/pi.img.zst" }.Count(each => File.Exists(_folder[each])));
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
