using System.Globalization;

namespace ImgShrink.Cli;

/// <summary>Sizes as people write them, and as they like to read them.</summary>
internal static class SizeText
{
    // "GB" is a thousand million bytes, as on the label of a card; "GiB" and the bare "G" are powers of two, as for dd.
    private static readonly (string Suffix, long Factor)[] Units =
    [
        ("KIB", 1L << 10), ("MIB", 1L << 20), ("GIB", 1L << 30), ("TIB", 1L << 40),
        ("KB", 1000), ("MB", 1000_000), ("GB", 1000_000_000), ("TB", 1000_000_000_000),
        ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("T", 1L << 40),
        ("B", 1), ("", 1),
    ];

    /// <summary>
    /// Reads <c>7.2GB</c>, <c>7GiB</c>, <c>500M</c> or a plain number of bytes; null for anything else.
    /// </summary>
    public static long? TryParse(string text)
    {
        string upper = text.Trim().ToUpperInvariant();
        foreach (var (suffix, factor) in Units)
        {
            if (!upper.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            bool valid = decimal.TryParse(upper[..^suffix.Length].TrimEnd(), NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out decimal number);
            return valid && number <= long.MaxValue / factor ? (long)(number * factor) : null;
        }

        return null;
    }

    /// <summary>Reads <c>10%</c> as 0.1; null for anything that is not a percentage from 0 to 100.</summary>
    public static double? TryParseShare(string text)
    {
        string trimmed = text.Trim();
        if (trimmed is not [.. var number, '%'])
            return null;
        bool valid = double.TryParse(number.TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out double percent);
        return valid && percent is >= 0 and <= 100 ? percent / 100 : null;
    }

    /// <summary>Three digits and a decimal unit: "1.31 GB", "582 MB".</summary>
    public static string Of(long bytes) => Of(bytes, 1000, ["bytes", "kB", "MB", "GB", "TB"]);

    /// <summary>The size of a card, which some programs show in one unit and some in the other: "4.00 GB (3.73 GiB)".</summary>
    public static string OfCard(long bytes) =>
        $"{Of(bytes)} ({Of(bytes, 1024, ["bytes", "KiB", "MiB", "GiB", "TiB"])})";

    private static string Of(long bytes, int thousand, string[] units)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < units.Length - 1)
        {
            value /= thousand;
            unit++;
        }

        string format = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {units[unit]}";
    }
}
