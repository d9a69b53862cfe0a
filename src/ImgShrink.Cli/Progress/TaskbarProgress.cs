using System.Globalization;

namespace ImgShrink.Cli.Progress;

/// <summary>Tells a terminal how far a job is, which shows it in its tab or in the taskbar.</summary>
/// <remarks>
/// ConEmu's "OSC 9 ; 4 ; state ; percent ST", which Windows Terminal, WezTerm, Ghostty and others know. Terminals that do not
/// know an OSC leave it out; dumb ones and the console of Linux are not sent any.
/// </remarks>
internal sealed class TaskbarProgress : IDisposable
{
    private const int None = 0, Normal = 1, Indeterminate = 3;

    private readonly TextWriter? _terminal;
    private (int State, long Percent) _shown = (None, 0);

    private TaskbarProgress(TextWriter? terminal) => _terminal = terminal;

    /// <summary>Shows progress on a terminal; nothing where the terminal would print it.</summary>
    public static TaskbarProgress On(TextWriter terminal) => On(terminal, Environment.GetEnvironmentVariable("TERM"));

    /// <summary>The same for a terminal of a kind that <paramref name="term"/> names; null where none is named, as on Windows.</summary>
    public static TaskbarProgress On(TextWriter terminal, string? term) => new(term is "dumb" or "linux" ? null : terminal);

    /// <summary>Shows how far a phase is; without a total only that something goes on.</summary>
    public void Show(long done, long total) =>
        Send(total > 0 ? (Normal, Math.Clamp((long)(100.0 * done / total), 0, 100)) : (Indeterminate, 0));

    /// <summary>Takes the progress away again.</summary>
    public void Dispose() => Send((None, 0));

    private void Send((int State, long Percent) wanted)
    {
        if (_terminal is null || wanted == _shown)
            return;
        _shown = wanted;
        _terminal.Write(string.Create(CultureInfo.InvariantCulture, $"\x1b]9;4;{wanted.State};{wanted.Percent}\x1b\\"));
    }
}
