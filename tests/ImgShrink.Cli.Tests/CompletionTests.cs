namespace ImgShrink.Cli.Tests;

/// <summary>What shells are told about command lines.</summary>
public class CompletionTests
{
    [Theory]
    [InlineData("imgshrink shr", "shrink")]
    [InlineData("imgshrink shrink card.img --format ", "gz raw xz zip zst")]
    [InlineData("imgshrink shrink card.img --expand ", "max none")]
    [InlineData("imgshrink write card.img E: --verify f", "full")]
    [InlineData("imgshrink --json shr", "shrink")]
    [InlineData("imgshrink -q --log a.log shr", "shrink")]
    [InlineData("imgshrink shrink card.img --json --verify f", "full")]
    [InlineData("imgshrink completion ", "bash fish pwsh zsh")]
    public void Words_are_suggested(string line, string words)
    {
        CliResult run = Cli.Run($"[suggest:{line.Length}]", line);
        Assert.Equal(0, run.ExitCode);
        string[] found = run.Output.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(words, string.Join(' ', found.Where(each => !each.StartsWith('-') && !each.StartsWith('/')).Order()));
    }

    [Theory]
    [InlineData("zsh", "compdef _imgshrink imgshrink")]
    [InlineData("fish", "complete -c imgshrink")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName imgshrink")]
    public void Other_shells_have_a_script(string shell, string part)
    {
        CliResult run = Cli.Run("completion", shell);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(part, run.Output);
        Assert.Contains("[suggest:", run.Output);
    }

    [Fact]
    public void Other_words_are_refused() => Assert.Equal(2, Cli.Run("completion", "cmd").ExitCode);
}
