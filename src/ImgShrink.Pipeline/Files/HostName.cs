using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ImgShrink.FileSystems;

namespace ImgShrink.Pipeline;

/// <summary>Makes names of an image's files into names that this system can have.</summary>
/// <remarks>
/// What cannot be is written as the bytes it is made of, with a percent sign: <c>a:b</c> becomes <c>a%3Ab</c> on Windows.
/// Rules of Windows: Microsoft, "Naming Files, Paths, and Namespaces".
/// </remarks>
/// <param name="forWindows">Whether Windows' rules apply; else those of Unix.</param>
internal sealed class HostName(bool forWindows)
{
    private const int LongestName = 255;
    private const string ForbiddenOnWindows = "<>:\"/\\|?*";

    private static readonly HashSet<string> s_devices = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Numbered("COM"), .. Numbered("LPT")],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The rules of the system that this runs on.</summary>
    public static HostName Here { get; } = new(OperatingSystem.IsWindows());

    /// <summary>The name to use; the same one wherever that is possible.</summary>
    /// <param name="name">A name without a path, of whatever content; may be hostile.</param>
    /// <param name="number">1 for the first object with this name, and more where another one bears it already.</param>
    public string Of(string name, int number = 1)
    {
        if (name is "")
            return Fit("%", name, number);
        if (name is "." or "..")
            return Fit(name.Replace(".", "%2E", StringComparison.Ordinal), name, number);
        var text = new StringBuilder(name.Length);
        for (int at = 0, length; at < name.Length; at += length)
        {
            bool isText = Rune.TryGetRuneAt(name, at, out Rune rune);
            length = isText ? rune.Utf16SequenceLength : 1;
            ReadOnlySpan<char> character = name.AsSpan(at, length);
            if (isText && IsPossible(rune, isLast: at + length == name.Length))
                text.Append(character);
            else
                text.Append(Escape(character));
        }

        // Windows takes "aux.txt" for the device, too: the first letter is enough to tell them apart.
        string stem = text.ToString().Split('.')[0].TrimEnd();
        if (forWindows && s_devices.Contains(stem))
            text.Remove(0, 1).Insert(0, Escape(name.AsSpan(0, 1)));
        return Fit(text.ToString(), name, number);
    }

    /// <summary>Cuts what is too long: escapes make names longer. What is cut off is told apart by a hash of all of it.</summary>
    private string Fit(string possible, string name, int number)
    {
        string ending = number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"~{number}");
        if (LengthOf(possible) + ending.Length <= LongestName)
            return possible + ending;
        ending = $"~{Convert.ToHexString(SHA256.HashData(NameText.Encode(name)), 0, 4)}{ending}";
        var text = new StringBuilder();
        int left = LongestName - ending.Length;
        foreach (Rune rune in possible.EnumerateRunes())
        {
            left -= LengthOf(rune.ToString());
            if (left < 0)
                break;
            text.Append(rune.ToString());
        }

        return text.Append(ending).ToString();
    }

    /// <summary>Windows counts UTF-16 units, others the bytes of UTF-8.</summary>
    private int LengthOf(string text) => forWindows ? text.Length : Encoding.UTF8.GetByteCount(text);

    private bool IsPossible(Rune character, bool isLast)
    {
        if (character.Value is '/' or '\0')
            return false;
        return !forWindows || character.Value >= ' ' && !(character.IsBmp && ForbiddenOnWindows.Contains((char)character.Value))
            && !(isLast && character.Value is ('.' or ' '));
    }

    private static string Escape(ReadOnlySpan<char> character)
    {
        var bytes = new StringBuilder();
        foreach (byte value in NameText.Encode(character.ToString()))
            bytes.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        return bytes.ToString();
    }

    // The superscripts are digits to Windows, too.
    private static IEnumerable<string> Numbered(string device) => "0123456789\u00B9\u00B2\u00B3".Select(digit => $"{device}{digit}");
}
