using System.Globalization;
using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>A line of a capture journal: its CRC-32 in eight hexadecimal digits, a space, a word that says what it is, and the rest.</summary>
internal static class JournalLine
{
    private const int SumDigits = 8;

    /// <summary>The line for a text, its end included.</summary>
    public static byte[] Of(string text) => Encoding.UTF8.GetBytes($"{Sum(text)} {text}\n");

    /// <summary>The text of a line; null where the line is not whole.</summary>
    public static string? TextOf(string line) =>
        line.Length > SumDigits && line[SumDigits] == ' ' && line[(SumDigits + 1)..] is var text && line.StartsWith(Sum(text), StringComparison.Ordinal)
            ? text
            : null;

    /// <summary>The text of a checksum.</summary>
    public static string Digits(ulong sum) => sum.ToString("x16", CultureInfo.InvariantCulture);

    private static string Sum(string text) => Crc32.Of(Encoding.UTF8.GetBytes(text)).ToString("x8", CultureInfo.InvariantCulture);
}
