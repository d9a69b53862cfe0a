using System.Globalization;
using System.Text.RegularExpressions;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.Pipeline.Tests;

/// <summary>Files beside the output of a job.</summary>
[Collection(nameof(SampleCards))]
public sealed class BesideTests(SampleCards cards, ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_of_them_are_reported_and_written()
    {
        ShrinkReport report = Job.Run(new ShrinkOptions
        {
            Source = cards.Pi, Output = _folder["small.img.zst"], Bmap = true, Manifest = true, ChecksumFile = true,
        });
        Assert.Equal(["small.img.bmap", "small.img.zst", "small.img.zst.sha256", "small.rpi-imager-manifest"], Job.Names(_folder[""]));
        Assert.Equal(
            ["small.img.bmap", "small.rpi-imager-manifest", "small.img.zst.sha256"], report.Output.Beside.Select(path => Path.GetFileName(path)));
        Assert.StartsWith(Job.Sha256(_folder["small.img.zst"]), File.ReadAllText(_folder["small.img.zst.sha256"]));
    }

    [Fact]
    public void Dry_run_writes_none_of_them()
    {
        Job.Run(new ShrinkOptions { Source = cards.Pi, Output = _folder["small.img"], Bmap = true, ChecksumFile = true, DryRun = true });
        Assert.Empty(Job.Names(_folder[""]));
    }

    [Fact]
    public void Card_written_by_the_map_over_another_one_is_sound()
    {
        if (Tool.SkipWithout(output.WriteLine, "e2fsck", "debugfs"))
            return;
        string image = _folder["small.img"], card = _folder["card"];
        ShrinkReport report = Job.Run(new ShrinkOptions { Source = cards.Pi, Output = image, Bmap = true });
        // What the card held before shows wherever the map leaves something out.
        byte[] old = new byte[1 << 20];
        old.AsSpan().Fill(0xA5);
        using (FileStream file = File.Create(card))
        {
            for (long at = 0; at < report.Output.ImageBytes; at += old.Length)
                file.Write(old);
        }

        CopyByMap(image, card);
        Assert.NotEqual(Job.Sha256(image), Job.Sha256(card)); // Free space was left out.
        using var written = new OpenCard(card);
        string volume = $"?offset={written.Table.Partitions[1].Start}";
        Assert.Equal(0, Tool.Run("e2fsck", "-fn", card + volume).ExitCode);
        Assert.Equal(Listing(image), Listing(card));
        // The log is empty, and left out of the image; what an older system left in its place would be replayed one day.
        foreach (string each in (string[])[image, card])
            Tool.Need("debugfs", "-R", $"dump <8> {each}.journal", each + volume);
        Assert.Equal(Job.Sha256($"{image}.journal"), Job.Sha256($"{card}.journal"));
    }

    private static List<string> Listing(string path)
    {
        using var card = new OpenCard(path);
        return OpenCard.Listing(card.Files);
    }

    /// <summary>What bmaptool does with a card (a file it would empty first): copies the ranges in the map, and nothing else.</summary>
    private static void CopyByMap(string image, string card)
    {
        const long block = 4096;
        foreach (Match range in Regex.Matches(File.ReadAllText(image + ".bmap"), "<Range [^>]*> (?<first>[0-9]+)(-(?<last>[0-9]+))? </Range>"))
        {
            long first = long.Parse(range.Groups["first"].Value, CultureInfo.InvariantCulture);
            long last = range.Groups["last"].Success ? long.Parse(range.Groups["last"].Value, CultureInfo.InvariantCulture) : first;
            Job.Poke(card, first * block, Job.Bytes(image, first * block, (last - first + 1) * block));
        }
    }
}
