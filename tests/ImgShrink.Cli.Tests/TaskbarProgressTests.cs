using ImgShrink.Cli.Progress;

namespace ImgShrink.Cli.Tests;

/// <summary>What a terminal is told for its taskbar.</summary>
public class TaskbarProgressTests
{
    [Fact]
    public void Each_percent_is_sent_once_and_taken_away_at_the_end()
    {
        var terminal = new StringWriter();
        using (var taskbar = TaskbarProgress.On(terminal, "xterm-256color"))
        {
            taskbar.Show(0, 0);
            taskbar.Show(0, 0);
            taskbar.Show(499, 1000);
            taskbar.Show(491, 1000);
            taskbar.Show(1000, 1000);
        }

        Assert.Equal(
            "\x1b]9;4;3;0\x1b\\" + "\x1b]9;4;1;49\x1b\\" + "\x1b]9;4;1;100\x1b\\" + "\x1b]9;4;0;0\x1b\\", terminal.ToString());
    }

    [Theory]
    [InlineData("dumb")]
    [InlineData("linux")]
    public void A_terminal_that_would_print_it_is_sent_nothing(string term)
    {
        var terminal = new StringWriter();
        using (var taskbar = TaskbarProgress.On(terminal, term))
            taskbar.Show(1, 2);
        Assert.Equal("", terminal.ToString());
    }
}
