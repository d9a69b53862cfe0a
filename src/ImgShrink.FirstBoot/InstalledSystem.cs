using System.Text;
using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot;

/// <summary>The operating system that a root file system holds, by what it says of itself.</summary>
/// <param name="Name">Such as "Debian GNU/Linux".</param>
/// <param name="Version">Such as "13 (trixie)"; null where it says none.</param>
public sealed record InstalledSystem(string Name, string? Version)
{
    private const int LongestText = 100;

    /// <summary>Looks for the release files; null when there are none.</summary>
    public static InstalledSystem? Recognise(IFileTree root)
    {
        ArgumentNullException.ThrowIfNull(root);
        Dictionary<string, string> release = ReadSettings(root, "/etc/os-release") ?? ReadSettings(
            root, "/usr/lib/os-release") ?? [];
        string? version = release.GetValueOrDefault("VERSION") ?? release.GetValueOrDefault("VERSION_ID");

        // Both are Debian by their os-release.
        if (root.Exists("/etc/rpi-issue"))
            return new("Raspberry Pi OS", version);
        if (ReadSettings(root, "/etc/armbian-release") is { } armbian)
            return new("Armbian", armbian.GetValueOrDefault("VERSION") ?? version);

        string? name = release.GetValueOrDefault("NAME") ?? release.GetValueOrDefault("PRETTY_NAME");
        return name is null ? null : new(name, version);
    }

    /// <inheritdoc/>
    public override string ToString() => Version is null ? Name : $"{Name} {Version}";

    // KEY=value, KEY="value" or KEY='value' a line, as os-release(5) has it.
    private static Dictionary<string, string>? ReadSettings(IFileTree root, string path)
    {
        if (root.TryReadFile(path) is not { } bytes)
            return null;
        var settings = new Dictionary<string, string>();
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            int equals = line.IndexOf('=');
            if (equals > 0 && Unquote(line[(equals + 1)..].Trim()) is { Length: > 0 } value)
                settings[line[..equals].Trim()] = value;
        }

        return settings;
    }

    // The text ends up on a terminal, so it must be short and hold no control characters.
    private static string Unquote(string text)
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
