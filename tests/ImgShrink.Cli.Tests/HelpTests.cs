using System.CommandLine;
using ImgShrink.Cli.Commands;

namespace ImgShrink.Cli.Tests;

/// <summary>The help is part of the product: a change of it has to be meant, and shows in the review as text.</summary>
/// <remarks>With IMGSHRINK_UPDATE_GOLDEN=1 the files are written anew.</remarks>
public sealed class HelpTests
{
    [Theory]
    [InlineData("", "help.txt")]
    [InlineData("info", "help-info.txt")]
    [InlineData("shrink", "help-shrink.txt")]
    [InlineData("capture", "help-capture.txt")]
    [InlineData("verify", "help-verify.txt")]
    [InlineData("write", "help-write.txt")]
    [InlineData("devices", "help-devices.txt")]
    [InlineData("batch", "help-batch.txt")]
    [InlineData("ls", "help-ls.txt")]
    [InlineData("extract", "help-extract.txt")]
    [InlineData("demo", "help-demo.txt")]
    [InlineData("completion", "help-completion.txt")]
    public void Help_is_what_was_agreed(string command, string file)
    {
        CliResult run = Cli.Run(command.Length == 0 ? ["--help"] : [command, "--help"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        string help = string.Join('\n', run.Output.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(line => line.TrimEnd())) + "\n";
        if (Environment.GetEnvironmentVariable("IMGSHRINK_UPDATE_GOLDEN") == "1")
            File.WriteAllText(SourceTree.PathOf("tests", "ImgShrink.Cli.Tests", "Golden", file), help);
        else
            Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", file)).ReplaceLineEndings("\n"), help);
    }

    [Fact]
    public void Help_goes_to_stdout_however_it_is_asked_for()
    {
        foreach (string option in (string[])["-h", "-?", "--help"])
            Assert.StartsWith("Description:", Cli.Run("shrink", option).Output);
    }

    [Fact]
    public void Every_example_of_the_help_is_a_command_line_that_can_be_run()
    {
        RootCommand root = CommandLine.Create(CancellationToken.None);
        Assert.Equal(root.Subcommands.Select(each => each.Name).Order(), HelpExamples.All.Keys.Order());
        foreach (string example in HelpExamples.All.SelectMany(each => each.Value))
            Assert.Empty(root.Parse(example.Split(' ')).Errors);
    }

    [Fact]
    public void The_version_is_one_line_with_the_commit_where_it_was_built_from_one()
    {
        CliResult run = Cli.Run("--version");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+(\+[0-9a-f]{40})?\r?\n$", run.Output);
        Assert.Equal("", run.Error);
    }
}
