using System.Globalization;
using System.Text;

namespace ImgShrink.Cli.Text;

/// <summary>Makes text of an image harmless for a terminal: names, labels and targets of links may hold anything.</summary>
internal static class PrintableText
{
    /// <summary>One line: what controls a terminal, turns the direction of text, or is no text becomes a question mark.</summary>
    public static string OfLine(string text) => string.Concat(text.EnumerateRunes().Select(each => IsHarmful(each) ? "?" : each.ToString()));

    /// <summary>The same of several lines.</summary>
    public static string OfLines(string text) => string.Concat(text.EnumerateRunes()
        .Select(each => each.Value is not ('\n' or '\r' or '\t') && IsHarmful(each) ? "?" : each.ToString()));

    // U+202A to U+202E and U+2066 to U+2069 show "gpj.exe" as "exe.jpg". Joiners, of the same category, are harmless.
    private static bool IsHarmful(Rune character) => character == Rune.ReplacementChar || Rune.IsControl(character)
        || Rune.GetUnicodeCategory(character) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || character.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069;
}
