using System.Globalization;
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
    private const string ForbiddenOnWindows = "<>:\"/\\|?*";

    private static readonly HashSet<string> s_devices = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Numbered("COM"), .. Numbered("LPT")],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The rules of the system that this runs on.</summary>
    public static HostName Here { get; } = new(OperatingSystem.IsWindows());

    /// <summary>The name to use; the same one wherever that is possible.</summary>
    /// <param name="name">A name without a path, of whatever content; may be hostile.</param>
    public string Of(string name)
    {
        if (name is "." or "..")
            return name.Replace(".", "%2E", StringComparison.Ordinal);
        var text = new StringBuilder(name.Length);
        for (int at = 0; at < name.Length; at++)
        {
            if (IsPossible(name[at], isLast: at == name.Length - 1))
                text.Append(name[at]);
            else
                Escape(text, name[at]);
        }

        // Windows takes "aux.txt" for the device, too: the first letter is enough to tell them apart.
        string stem = text.ToString().Split('.')[0].TrimEnd();
        if (forWindows && s_devices.Contains(stem))
        {
            text.Remove(0, 1);
            Escape(text, name[0], at: 0);
        }

        return text.ToString();
    }

    private bool IsPossible(char character, bool isLast)
    {
        if (character is '/' or '\0' || NameText.IsEscape(character))
            return false;
        return !forWindows || character >= ' ' && !ForbiddenOnWindows.Contains(character, StringComparison.Ordinal)
            && !(isLast && (character is '.' or ' '));
    }

    private static void Escape(StringBuilder text, char character, int? at = null)
    {
        var bytes = new StringBuilder();
        foreach (byte value in NameText.Encode(character.ToString()))
            bytes.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        text.Insert(at ?? text.Length, bytes);
    }

    private static IEnumerable<string> Numbered(string device) => Enumerable.Range(0, 10).Select(
        number => $"{device}{number.ToString(CultureInfo.InvariantCulture)}");
}
