using System.Diagnostics;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Progress;

/// <summary>Says when a line about a phase is due: when it begins, and from time to time while it lasts.</summary>
/// <param name="interval">The time between two lines of a phase.</param>
internal sealed class PhaseClock(TimeSpan interval)
{
    private Phase? _phase;
    private long _started;
    private long _lastLine;

    /// <summary>Whether a line is due.</summary>
    /// <param name="step">How far the job is.</param>
    /// <param name="begins">Whether the phase begins with this step.</param>
    /// <param name="bytesPerSecond">The rate since it began; 0 where that is not known yet.</param>
    public bool IsDue(ProgressStep step, out bool begins, out double bytesPerSecond)
    {
        begins = step.Phase != _phase;
        bytesPerSecond = 0;
        if (!begins && Stopwatch.GetElapsedTime(_lastLine) < interval)
            return false;
        _lastLine = Stopwatch.GetTimestamp();
        if (begins)
            (_phase, _started) = (step.Phase, _lastLine);
        else
            bytesPerSecond = step.Done / Stopwatch.GetElapsedTime(_started, _lastLine).TotalSeconds;
        return true;
    }
}
