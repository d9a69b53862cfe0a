using System.Text;
using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot;

/// <summary>The operating system on a card, by what it says of itself.</summary>
/// <param name="Name">Such as "Debian GNU/Linux".</param>
/// <param name="Version">Such as "13 (trixie)"; null where it says none.</param>
public sealed record InstalledSystem(string Name, string? Version)
{
    private const int LongestText = 100;

    /// <summary>Looks for the files that name a system, those of vendors first; null when there are none.</summary>
    public static InstalledSystem? Recognise(SystemTrees card)
    {
        ArgumentNullException.ThrowIfNull(card);
        Dictionary<string, string> release = ReadRelease(card.Root);
        string? version = release.GetValueOrDefault("VERSION") ?? release.GetValueOrDefault("VERSION_ID");
        string? name = release.GetValueOrDefault("NAME") ?? release.GetValueOrDefault("PRETTY_NAME");
        return VendorFiles.Recognise(card, version) ?? (name is null ? null : new(name, version));
    }

    /// <summary>Whether the machine has an id: until its first start, the file is empty or says "uninitialized".</summary>
    internal static bool WasStarted(IFileTree root) => root.Text("/etc/machine-id").Trim().Length == 32;

    /// <inheritdoc/>
    public override string ToString() => Version is null ? Name : $"{Name} {Version}";

    /// <summary>The settings of os-release, which may be in either of two places; empty when it is in none.</summary>
    internal static Dictionary<string, string> ReadRelease(IFileTree root) =>
        ReadSettings(root, "/etc/os-release") ?? ReadSettings(root, "/usr/lib/os-release") ?? [];

    /// <summary>
    /// KEY=value, KEY="value" or KEY='value' a line, as os-release(5) has it; null when there is no such file.
    /// </summary>
    internal static Dictionary<string, string>? ReadSettings(IFileTree root, string path)
    {
        if (root.TryReadFile(path) is not { } bytes)
            return null;
        var settings = new Dictionary<string, string>();
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            int equals = line.IndexOf('=');
            if (equals > 0 && Plain(line[(equals + 1)..].Trim()) is { Length: > 0 } value)
                settings[line[..equals].Trim()] = value;
        }

        return settings;
    }

    /// <summary>A text of the card as it may stand on a terminal: short, without quotes and control characters.</summary>
    internal static string Plain(string text)
    {
        if (text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0])
            text = text[1..^1];
        var plain = new StringBuilder();
        for (int i = 0; i < text.Length && plain.Length < LongestText; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
                i++;
            if (!char.IsControl(text[i]))
                plain.Append(text[i]);
        }

        return plain.ToString().Trim();
    }
}
