using System.Diagnostics;
using System.Text.Json;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Progress;

/// <summary>A JSON object a line, when a phase begins and once a second while it lasts.</summary>
internal sealed class JsonProgress(TextWriter into) : IProgress<ProgressStep>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Phase? _phase;
    private long _phaseStarted;
    private long _lastLine;

    public void Report(ProgressStep value)
    {
        lock (_lock)
        {
            bool begins = value.Phase != _phase;
            if (value.Forecast is { } forecast)
                into.WriteLine(JsonSerializer.Serialize(
                    new ForecastLine(forecast.Bytes, forecast.BytesPerSecond, forecast.Seconds), ReportJson.Lines.ForecastLine));
            if (!begins && Stopwatch.GetElapsedTime(_lastLine) < Interval)
                return;
            _lastLine = Stopwatch.GetTimestamp();
            if (begins)
                (_phase, _phaseStarted) = (value.Phase, _lastLine);
            double seconds = Stopwatch.GetElapsedTime(_phaseStarted).TotalSeconds;
            double rate = begins || seconds == 0 ? 0 : Math.Round(value.Done / seconds);
            var line = new ProgressLine(value.Phase.ToString().ToLowerInvariant(), value.Done, value.Total, rate);
            into.WriteLine(JsonSerializer.Serialize(line, ReportJson.Lines.ProgressLine));
        }
    }
}
