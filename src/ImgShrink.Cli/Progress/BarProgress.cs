using ImgShrink.Cli.Text;
using ImgShrink.Pipeline;
using Spectre.Console;

namespace ImgShrink.Cli.Progress;

/// <summary>A bar for the phase at hand, with bytes, rate and remaining time.</summary>
internal sealed class BarProgress(IAnsiConsole terminal, ProgressContext context, TaskbarProgress taskbar) : IProgress<ProgressStep>
{
    private readonly Lock _lock = new();
    private Phase? _phase;
    private ProgressTask? _task;

    public void Report(ProgressStep value)
    {
        lock (_lock)
        {
            if (value.Phase != _phase)
            {
                Finish();
                _task = context.AddTask(ProgressDisplay.NameOf(value.Phase), maxValue: Math.Max(1, value.Total));
                _task.IsIndeterminate = value.Total == 0;
                _phase = value.Phase;
            }

            _task!.Value = value.Done;
            taskbar.Show(value.Done, value.Total);
            if (value.Forecast is { } forecast)
                terminal.WriteLine($"Going to read {ForecastText.Of(forecast)}.");
        }
    }

    /// <summary>Lets the bar of a phase that is over be full.</summary>
    private void Finish()
    {
        if (_task is null)
            return;
        _task.IsIndeterminate = false;
        _task.Value = _task.MaxValue;
        _task.StopTask();
    }
}
