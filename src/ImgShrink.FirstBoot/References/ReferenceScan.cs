using System.Globalization;
using System.Text.RegularExpressions;

namespace ImgShrink.FirstBoot.References;

/// <summary>Finds references in the text of a boot file, whatever program reads that file.</summary>
/// <remarks>
/// What counts is the form: <c>PARTUUID=name</c> and its like, as kernel, fstab and boot loaders write them, paths below
/// <c>/dev/disk/by-...</c>, and GRUB's <c>search</c>. Names that are made of variables cannot be followed.
/// </remarks>
internal static partial class ReferenceScan
{
    private const int LongestName = 255;

    /// <summary>The references in a text, each once, in the order of the text; comments do not count.</summary>
    public static IEnumerable<BootReference> In(string text) => text.Split('\n')
        .Select(line => line.Trim())
        .Where(line => !line.StartsWith('#'))
        .SelectMany(line => Assignments(line).Concat(Paths(line)).Concat(Searches(line)))
        .Where(each => IsName(each.Name))
        .Distinct();

    private static IEnumerable<BootReference> Assignments(string line) => Assignment().Matches(line).Select(match =>
        Reference(match.Groups["kind"].Value, match.Groups["name"].Value.Trim('"', '\'')));

    private static IEnumerable<BootReference> Paths(string line) => Path().Matches(line).Select(match =>
        Reference(match.Groups["kind"].Value, match.Groups["name"].Value));

    /// <summary><c>search --fs-uuid --set=root ID</c>, and <c>search.fs_uuid ID root</c>.</summary>
    private static IEnumerable<BootReference> Searches(string line)
    {
        string[] words = [.. line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('"', '\''))];
        if (words is ["search.fs_uuid" or "search.fs_label", var first, ..])
            yield return Reference(words[0] == "search.fs_uuid" ? "UUID" : "LABEL", first);
        if (words is not ["search", .., var last] || last.StartsWith('-'))
            yield break;
        if (words.Contains("--fs-uuid") || words.Contains("-u"))
            yield return Reference("UUID", last);
        else if (words.Contains("--label") || words.Contains("-l"))
            yield return Reference("LABEL", last);
    }

    private static BootReference Reference(string kind, string name)
    {
        var parsed = Enum.Parse<ReferenceKind>(kind, ignoreCase: true);
        // PARTUUID=id/PARTNROFF=1 means a neighbour of the partition that is named.
        if (parsed == ReferenceKind.PartUuid && name.IndexOf('/') is >= 0 and int slash)
            name = name[..slash];
        return new BootReference(parsed, Unescape(name));
    }

    /// <summary>Takes back the escapes of fstab (\040) and of udev (\x20).</summary>
    private static string Unescape(string name) => Escape().Replace(name, match =>
        ((char)(match.Groups["hex"] is { Success: true } hex
            ? byte.Parse(hex.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : Convert.ToInt32(match.Groups["octal"].Value, 8))).ToString());

    private static bool IsName(string name) => name.Length is > 0 and <= LongestName
        && !name.Any(each => char.IsControl(each) || each is '$' or '%' or '<' or '>' or '*' or '`');

    [GeneratedRegex("""(?<![\w-])(?<kind>PARTUUID|PARTLABEL|UUID|LABEL)=(?<name>"[^"]*"|'[^']*'|[^\s"';,]+)""")]
    private static partial Regex Assignment();

    [GeneratedRegex("""/dev/disk/by-(?<kind>partuuid|partlabel|uuid|label)/(?<name>[^\s"';,:]+)""")]
    private static partial Regex Path();

    [GeneratedRegex("""\\x(?<hex>[0-9a-fA-F]{2})|\\(?<octal>[0-3][0-7]{2})""")]
    private static partial Regex Escape();
}
