using System.Text;
using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot;

/// <summary>Small text files, as decisions look at them, and where programs are kept.</summary>
internal static class FileTreeTexts
{
    public const UnixFileMode PlainMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public const UnixFileMode ProgramMode =
        PlainMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly string[] s_programFolders =
        ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"];

    /// <summary>The text of a file; empty when there is no such file.</summary>
    public static string Text(this IFileTree tree, string path) => Encoding.UTF8.GetString(tree.TryReadFile(path) ?? []);

    /// <summary>The lines of a file, without the blanks around them; none when there is no such file.</summary>
    public static IEnumerable<string> Lines(this IFileTree tree, string path) =>
        tree.Text(path).Split('\n').Select(line => line.Trim());

    public static void WriteText(this IFileEditor tree, string path, string text, UnixFileMode mode = PlainMode) =>
        tree.WriteFile(path, Encoding.UTF8.GetBytes(text), mode);

    /// <summary>Changes a text, byte by byte the same where it stays; the file keeps its owner and mode.</summary>
    public static void EditText(this IFileEditor tree, string path, Func<string, string> edit)
    {
        // One character a byte, so that no encoding is presumed.
        string old = Encoding.Latin1.GetString(tree.TryReadFile(path) ?? []);
        string text = edit(old);
        if (text != old)
            tree.WriteFile(path, Encoding.Latin1.GetBytes(text), PlainMode);
    }

    /// <summary>The parts of a text that end with <paramref name="end"/>, and what is left behind the last.</summary>
    public static IEnumerable<string> SplitAfter(this string text, char end)
    {
        for (int at = 0; at < text.Length;)
        {
            int next = text.IndexOf(end, at) is >= 0 and int found ? found + 1 : text.Length;
            yield return text[at..next];
            at = next;
        }
    }

    /// <summary>Whether anything exists at one of the paths.</summary>
    public static bool ExistsAny(this IFileTree tree, params IEnumerable<string> paths) => paths.Any(tree.Exists);

    /// <summary>Whether a program is in one of the usual folders.</summary>
    public static bool HasProgram(this IFileTree tree, string name) =>
        tree.ExistsAny(s_programFolders.Select(folder => $"{folder}/{name}"));

    /// <summary>The unit of this name as a package installs it; null when there is none, or it is masked.</summary>
    public static string? FindUnit(this IFileTree tree, string name) => tree.IsMasked(name) ? null
        : ((string[])[$"/etc/systemd/system/{name}", $"/usr/lib/systemd/system/{name}", $"/lib/systemd/system/{name}"])
            .FirstOrDefault(tree.Exists);

    /// <summary>Whether systemd is kept from ever starting the unit of this name.</summary>
    public static bool IsMasked(this IFileTree tree, string unit) =>
        tree.TryReadLink($"/etc/systemd/system/{unit}") == "/dev/null";

    /// <summary>Makes a symbolic link, in place of what is there.</summary>
    public static void PutLink(this IFileEditor tree, string path, string target)
    {
        tree.CreateDirectory(path[..path.LastIndexOf('/')]);
        if (tree.TryReadLink(path) != target)
            tree.Delete(path);
        tree.CreateSymlink(path, target);
    }
}
