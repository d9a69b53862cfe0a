using ImgShrink.Cli.Progress;

namespace ImgShrink.Cli.Tests;

/// <summary>How far a phase is, in words beside its bar.</summary>
public class AmountColumnTests
{
    [Theory]
    [InlineData(628_000_000, 986_000_000, 123_000_000, false, "628 MB of 986 MB, 123 MB/s, 3 s left")]
    [InlineData(628_000_000, 986_000_000, 0, false, "628 MB of 986 MB")]
    [InlineData(0, 64_000_000_000, 20_000_000, false, "0 bytes of 64.0 GB, 20.0 MB/s, 53 min left")]
    [InlineData(0, 2_000_000_000_000, 20_000_000, false, "0 bytes of 2.00 TB, 20.0 MB/s, 27.8 h left")]
    [InlineData(628_000_000, 986_000_000, 123_000_000, true, "64 %, 3 s left")]
    [InlineData(0, 986_000_000, 0, true, "0 %")]
    public void A_phase_that_goes_on(long done, long total, long rate, bool isShort, string expected)
    {
        string text = new AmountColumn(isShort).Of(done, total, rate, isIndeterminate: false, isFinished: false);
        Assert.Equal(expected, text);
        Assert.InRange(text.Length, 1, AmountColumn.Widest);
    }

    [Theory]
    [InlineData(986_000_000, false, "986 MB")]
    [InlineData(986_000_000, true, "done")]
    [InlineData(1, false, "done")]
    public void A_phase_that_is_over(long total, bool isShort, string expected) =>
        Assert.Equal(expected, new AmountColumn(isShort).Of(total, total, 5, isIndeterminate: false, isFinished: true));

    [Fact]
    public void A_phase_of_unknown_length_has_no_numbers() =>
        Assert.Equal("", new AmountColumn(isShort: false).Of(0, 1, 0, isIndeterminate: true, isFinished: false));
}
