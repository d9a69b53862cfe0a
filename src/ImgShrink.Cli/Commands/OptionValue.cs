using System.Globalization;

namespace ImgShrink.Cli.Commands;

/// <summary>Numbers and sizes out of the words of a command line; what is none is a usage error.</summary>
internal static class OptionValue
{
    /// <summary>A whole number; null where the option is not there.</summary>
    /// <exception cref="UsageException">It is no number.</exception>
    public static int? NumberOf(string option, string? text) => text is null ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
        : throw new UsageException($"{option} takes a whole number, not '{text}'.");

    /// <summary>A size in bytes.</summary>
    /// <param name="option">Its name, for the message.</param>
    /// <param name="text">What was given.</param>
    /// <param name="takes">What the option takes, where that is more than a size.</param>
    /// <exception cref="UsageException">It is no size.</exception>
    public static long BytesOf(string option, string text, string takes = "a size such as 7.2GB, 7GiB or 500M") =>
        SizeText.TryParse(text) ?? throw new UsageException($"{option} takes {takes}, not '{text}'.");
}
