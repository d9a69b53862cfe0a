using System.Diagnostics;
using System.Text.Json;

namespace ImgShrink.OracleTests.Windows;

/// <summary>The program for Windows, on the Windows of the lab: its drives, and the cards in them.</summary>
/// <remarks>Wine enforces no alignment, no locks and no rights. What only a real machine can show is in docs/DEVICES.md.</remarks>
public sealed class WindowsTests(WindowsMachine machine) : IClassFixture<WindowsMachine>
{
    [WindowsFact]
    public void Devices_shows_the_card_and_the_reader_without_one()
    {
        File.WriteAllBytes(machine.Folder["physicaldrive11"], []);
        (int code, string said) = machine.Run("devices", "--json");
        Assert.True(code == 0, said);
        JsonElement[] drives = [.. JsonDocument.Parse(said).RootElement.GetProperty("drives").EnumerateArray()];
        JsonElement card = Drive(8), slot = Drive(11);
        Assert.Equal((150_000_000 / 512 * 512, true), (card.GetProperty("bytes").GetInt64(), card.GetProperty("hasCard").GetBoolean()));
        Assert.False(slot.GetProperty("hasCard").GetBoolean());

        JsonElement Drive(int number) =>
            Assert.Single(drives, each => each.GetProperty("path").GetString() == $@"\\.\PhysicalDrive{number}");
    }

    [WindowsTheory]
    [InlineData("captured.img")]
    [InlineData("captured.img.zst")]
    public void A_capture_is_the_image_that_is_made_on_Linux(string name)
    {
        (int code, string said) = machine.Run("capture", @"\\.\PhysicalDrive8", $@"Z:\media\{name}", "--force");
        Assert.True(code == 0, said);
        string image = machine.Folder[name];
        if (name.EndsWith(".zst"))
            Shell.Need("zstd", "-dqf", image, "-o", image = machine.Folder["unpacked.img"]);
        ExpectSame(SmallImage(), image);
    }

    [WindowsFact]
    public void A_capture_that_was_killed_is_gone_on_with()
    {
        string[] capture = ["capture", @"\\.\PhysicalDrive8", @"Z:\media\slow.img.zst", "--level", "12", "--threads", "1"];
        string journal = machine.Folder["slow.img.zst.imgshrink-capture"];
        using (Process run = machine.Start(capture))
        {
            while (!run.HasExited && !(File.Exists(journal) && Shell.Need("cat", journal).Contains(" cell ")))
                Thread.Sleep(10);
            run.Kill(entireProcessTree: true);
            run.WaitForExit();
        }

        Assert.True(File.Exists(journal), "It was done before it could be killed.");
        (int code, string said) = machine.Run([.. capture, "--resume"]);
        Assert.True(code == 0, said);
        Assert.Contains("Went on with a capture that had been stopped", said);
        Shell.Need("zstd", "-dqf", machine.Folder["slow.img.zst"], "-o", machine.Folder["slow.img"]);
        ExpectSame(SmallImage(), machine.Folder["slow.img"]);
        Assert.DoesNotContain(machine.Folder.Files, each => each.Contains("imgshrink-"));
    }

    [WindowsFact]
    public void A_card_is_written_and_holds_the_image()
    {
        string card = machine.Folder["physicaldrive9"];
        using (FileStream file = File.Create(card))
        {
            file.Write(new byte[1 << 20].Select(_ => (byte)0xA5).ToArray()); // What an older system has left.
            file.SetLength(160_000_000);
        }

        string small = SmallImage();
        (int code, string said) = machine.Run("write", @"Z:\media\" + Path.GetFileName(small), @"\\.\PhysicalDrive9", "--yes", "--expand", "none");
        Assert.True(code == 0, said);
        Assert.Equal(160_000_000, new FileInfo(card).Length);
        long root = 512 * long.Parse(Shell.Need("sfdisk", "--dump", card).Split('\n').Last(line => line.Contains("start=")).Split("start=")[1].Split(',')[0]);
        E2fsck.ExpectSilence(card, root);
        Assert.Equal(0, Shell.Run("dotnet", Path.Combine(AppContext.BaseDirectory, "imgshrink.dll"), "verify", card, "--against", small).ExitCode);
    }

    [WindowsFact]
    public void Files_with_names_that_Windows_forbids_are_taken_out_under_others()
    {
        (string Name, string Here)[] names =
        [
            ("CON", "%43ON"), ("aux.txt", "%61ux.txt"), ("COM\u00B9", "%43OM\u00B9"), ("a:b", "a%3Ab"), ("back\\slash", "back%5Cslash"),
            ("dot.", "dot%2E"), ("space ", "space%20"), ("line\n", "line%0A"), ("same", "same"), ("SAME", "SAME"), ("plain", "plain"),
        ];
        string folder = Directory.CreateDirectory(machine.Folder["names"]).FullName;
        foreach (var (name, _) in names)
            File.WriteAllText(Path.Combine(folder, name), name);
        Shell.Need("mke2fs", "-q", "-F", "-t", "ext4", "-d", folder, machine.Folder["names.img"], "8M");

        (int code, string said) = machine.Run("extract", @"Z:\media\names.img", "/", @"Z:\media\taken");
        Assert.True(code == 0, said);
        string[] taken = Directory.GetFiles(machine.Folder["taken"]);
        Assert.Equal(
            names.Select(each => $"{each.Here} holds {each.Name}").Order(),
            taken.Select(file => $"{Path.GetFileName(file).Replace("~2", "")} holds {File.ReadAllText(file)}").Order());
        Assert.Single(taken, file => file.EndsWith("~2")); // The one of the two that came last.
    }

    [WindowsTheory]
    [InlineData(@"\\.\PhysicalDrive7", "there is no such device")]
    [InlineData(@"\\.\PhysicalDrive11", "there is no card in it")]
    [InlineData(@"Z:\media\physicaldrive8", "not a device")]
    [InlineData("C:", "There is no device C:.")] // Wine's C: lies on no drive.
    public void What_is_no_card_is_refused(string device, string says)
    {
        File.WriteAllBytes(machine.Folder["physicaldrive11"], []);
        foreach (string[] command in (string[][])[["capture", device, @"Z:\media\none.img"], ["write", @"Z:\media\physicaldrive8", device, "--yes"]])
        {
            (int code, string said) = machine.Run(command);
            Assert.True(code == 6, said);
            Assert.Contains(says, said);
        }

        Assert.False(File.Exists(machine.Folder["none.img"]));
    }

    /// <summary>The card, shrunk by the program for this machine.</summary>
    private string SmallImage()
    {
        string small = machine.Folder["small.img"];
        if (!File.Exists(small))
            Shell.Need("dotnet", Path.Combine(AppContext.BaseDirectory, "imgshrink.dll"), "shrink", machine.Card, small);
        return small;
    }

    private static void ExpectSame(string expected, string found) => Shell.Need("cmp", expected, found);
}
