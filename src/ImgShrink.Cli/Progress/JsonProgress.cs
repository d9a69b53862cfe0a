using System.Text.Json;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Progress;

/// <summary>A JSON object a line, when a phase begins and once a second while it lasts.</summary>
/// <param name="into">Where to.</param>
/// <param name="image">Which of several images it is about.</param>
internal sealed class JsonProgress(TextWriter into, string? image = null) : IProgress<ProgressStep>
{
    private readonly Lock _lock = new();
    private readonly PhaseClock _clock = new(TimeSpan.FromSeconds(1));

    public void Report(ProgressStep value)
    {
        lock (_lock)
        {
            if (value.Forecast is { } forecast)
                into.WriteLine(JsonSerializer.Serialize(
                    new ForecastLine(forecast.Bytes, forecast.BytesPerSecond, forecast.Seconds), ReportJson.Lines.ForecastLine));
            if (!_clock.IsDue(value, out _, out double rate))
                return;
            var line = new ProgressLine(value.Phase.ToString().ToLowerInvariant(), value.Done, value.Total, Math.Round(rate)) { Image = image };
            into.WriteLine(JsonSerializer.Serialize(line, ReportJson.Lines.ProgressLine));
        }
    }
}
