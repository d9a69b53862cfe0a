using ImgShrink.Cli.Text;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Progress;

/// <summary>A line when a phase begins, and one every few seconds while it lasts.</summary>
/// <param name="into">Where to.</param>
/// <param name="image">Which of several images at a time it is about.</param>
internal sealed class PlainProgress(TextWriter into, string? image = null) : IProgress<ProgressStep>
{
    private readonly Lock _lock = new();
    private readonly string _about = image is null ? "" : $"{image}: ";
    private readonly PhaseClock _clock = new(TimeSpan.FromSeconds(5));

    public void Report(ProgressStep value)
    {
        lock (_lock)
        {
            if (value.Forecast is { } forecast)
                into.WriteLine($"{_about}Going to read {ForecastText.Of(forecast)}.");
            if (!_clock.IsDue(value, out bool begins, out double rate))
                return;
            if (begins)
                into.WriteLine($"{_about}{ProgressDisplay.NameOf(value.Phase)} ...");
            else if (value.Total > 0)
                into.WriteLine($"{_about}{ProgressDisplay.NameOf(value.Phase)}: {Amount(value, rate)}");
        }
    }

    private static string Amount(ProgressStep step, double rate)
    {
        string rest = rate > 0 ? $", {(step.Total - step.Done) / rate:0} s left" : "";
        return $"{SizeText.Of(step.Done)} of {SizeText.Of(step.Total)}, {SizeText.Of((long)rate)}/s{rest}";
    }
}
