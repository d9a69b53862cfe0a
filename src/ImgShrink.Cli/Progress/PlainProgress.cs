using System.Diagnostics;
using ImgShrink.Cli.Text;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Progress;

/// <summary>A line when a phase begins, and one every few seconds while it lasts.</summary>
internal sealed class PlainProgress(TextWriter into) : IProgress<ProgressStep>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Phase? _phase;
    private long _phaseStarted;
    private long _lastLine;

    public void Report(ProgressStep value)
    {
        lock (_lock)
        {
            if (value.Forecast is { } forecast)
                into.WriteLine($"Going to read {ForecastText.Of(forecast)}.");
            if (value.Phase != _phase)
            {
                _phase = value.Phase;
                _phaseStarted = _lastLine = Stopwatch.GetTimestamp();
                into.WriteLine($"{ProgressDisplay.NameOf(value.Phase)} ...");
            }
            else if (Stopwatch.GetElapsedTime(_lastLine) >= Interval && value.Total > 0)
            {
                _lastLine = Stopwatch.GetTimestamp();
                double rate = value.Done / Stopwatch.GetElapsedTime(_phaseStarted).TotalSeconds;
                string rest = rate > 0 ? $", {(value.Total - value.Done) / rate:0} s left" : "";
                into.WriteLine($"{ProgressDisplay.NameOf(value.Phase)}: {SizeText.Of(value.Done)} of {SizeText.Of(value.Total)}, {SizeText.Of((long)rate)}/s{rest}");
            }
        }
    }
}
