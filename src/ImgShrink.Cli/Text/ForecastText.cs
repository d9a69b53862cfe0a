using ImgShrink.Devices.Reading;

namespace ImgShrink.Cli.Text;

/// <summary>What is going to be read of a card, and about how long that takes.</summary>
internal static class ForecastText
{
    public static string Of(ReadForecast forecast) =>
        $"{SizeText.Of(forecast.Bytes)}, about {Duration(forecast.Seconds)} at {SizeText.Of((long)forecast.BytesPerSecond)}/s";

    /// <summary>A time that is only about right, in one unit.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 90 => $"{Math.Max(1, seconds):0} s",
        < 5400 => $"{seconds / 60:0} min",
        _ => $"{seconds / 3600:0.0} h",
    };
}
