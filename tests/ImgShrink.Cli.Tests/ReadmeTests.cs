using System.Text.RegularExpressions;
using ImgShrink.Cli.Commands;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.Cli.Tests;

/// <summary>The commands that README.md shows: all can be run, and are.</summary>
[Collection(nameof(SmallCard))]
public sealed partial class ReadmeTests(SmallCard card, ITestOutputHelper output) : IDisposable
{
    // These two need a card in a reader, and rights; for them it is looked at whether the command line is one.
    private static readonly string[] s_needDevice = ["capture", "write"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Commands_do_in_their_order_what_the_text_says()
    {
        Directory.CreateDirectory(_folder["images"]);
        foreach (string image in (string[])["backup.img", "card.img", Path.Combine("images", "old.img")])
            File.Copy(card.Path, _folder[image]);
        string[] lines = [.. CommandLines()];
        Assert.InRange(lines.Length, 10, 100);
        foreach (string line in lines)
        {
            string[] words = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Here)];
            Assert.Empty(CommandLine.Create(CancellationToken.None).Parse(words).Errors);
            if (s_needDevice.Contains(words[0]))
            {
                output.WriteLine($"Not run, for want of a card: {line}");
                continue;
            }

            File.Delete(_folder["small.img"]); // The text makes it twice, of two images.
            CliResult run = Cli.Run(start => start.WorkingDirectory = _folder["."], words);
            output.WriteLine($"{run.ExitCode}: {line}");
            Assert.True(run.ExitCode == 0, $"{line}\n{run.Error}");
        }

        Assert.True(File.Exists(_folder["card.shrunk.img.zst"]));
        Assert.True(File.Exists(_folder["root.img"]));
        Assert.NotEmpty(Directory.GetFiles(_folder["small"], "*.zst"));
    }

    [Fact]
    public void Targets_of_the_build_are_there()
    {
        string build = File.ReadAllText(SourceTree.PathOf("build.cake"));
        string[] targets = [.. BuildCommand().Matches(Readme()).Select(match => match.Groups[1].Value).Distinct()];
        Assert.Subset(targets.ToHashSet(), new HashSet<string> { "demo", "test", "publish" });
        Assert.All(targets, target => Assert.Contains($"Task(\"{target}\")", build));
    }

    /// <summary>What is behind "imgshrink" in lines that are set as code, without the remark behind them.</summary>
    private static IEnumerable<string> CommandLines() =>
        CodeLine().Matches(Readme()).Select(match => match.Groups[1].Value)
            .Concat(InlineCode().Matches(Readme()).Select(match => match.Groups[1].Value).Where(line => line is not "demo /cards"))
            .Select(line => Regex.Replace(line, "<(image|device)>", "$1"));

    // The text names folders of Windows.
    private static string Here(string word) => word switch
    {
        @"D:\Images" => "images",
        @"E:\Small" => "small",
        @"D:\Pictures" => "Pictures",
        _ => word,
    };

    private static string Readme() => File.ReadAllText(SourceTree.PathOf("README.md")).ReplaceLineEndings("\n");

    [GeneratedRegex(@"(?m)^ {4,}(?:sudo )?imgshrink (.*?)(?: {3,}.*)?$")]
    private static partial Regex CodeLine();

    [GeneratedRegex(@"`imgshrink ([^`\n]+)`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"build\.(?:sh|ps1) (\w+)")]
    private static partial Regex BuildCommand();
}
