using ImgShrink.Cli.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ImgShrink.Cli.Progress;

/// <summary>How far a phase is, in words: bytes, rate and remaining time, in the units of the reports.</summary>
/// <param name="isShort">Only percent and remaining time, for a narrow terminal.</param>
internal sealed class AmountColumn(bool isShort) : ProgressColumn
{
    /// <summary>The most that it takes, in columns.</summary>
    public const int Widest = 46;

    /// <inheritdoc/>
    protected override bool NoWrap => true;

    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Spectre.Console.Text(Of((long)task.Value, (long)task.MaxValue, (long)(task.Speed ?? 0), task.IsIndeterminate, task.IsFinished));

    /// <summary>The words.</summary>
    /// <param name="done">Bytes done; <paramref name="total"/> at the end.</param>
    /// <param name="total">Bytes to do; at most 1 where that is not known.</param>
    /// <param name="bytesPerSecond">The rate; 0 where that is not known yet.</param>
    /// <param name="isIndeterminate">Whether nothing is known but that the phase goes on.</param>
    /// <param name="isFinished">Whether the phase has ended.</param>
    public string Of(long done, long total, long bytesPerSecond, bool isIndeterminate, bool isFinished)
    {
        if (isFinished)
            return total <= 1 || isShort ? "done" : SizeText.Of(total);
        if (isIndeterminate)
            return "";
        string rest = bytesPerSecond > 0 ? $", {ForecastText.Duration((total - done) / (double)bytesPerSecond)} left" : "";
        string rate = bytesPerSecond > 0 ? $", {SizeText.Of(bytesPerSecond)}/s" : "";
        return isShort ? $"{100 * (double)done / total:0} %{rest}" : $"{SizeText.Of(done)} of {SizeText.Of(total)}{rate}{rest}";
    }
}
