using System.Globalization;
using ImgShrink.FileSystems;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Text;

/// <summary>A directory of an image, for people.</summary>
internal static class ListText
{
    public static void Write(ListReport report, TextWriter into)
    {
        foreach (ListedVolume volume in report.Volumes)
            into.WriteLine($"{$"{volume.Partition}:/",-5} {volume.FileSystem,-8} {PrintableText.OfLine(volume.Label ?? "")}".TrimEnd());
        // Of FAT nobody knows owners; the columns would only be noise.
        bool unix = report.Entries.Any(each => each.Unix is not null);
        string[] owners = [.. report.Entries.Select(each => each.Unix is { } owner ? $"{owner.Owner}:{owner.Group}" : "")];
        string[] sizes = [.. report.Entries.Select(SizeOf)];
        int ownerWidth = owners.Select(each => each.Length).DefaultIfEmpty().Max();
        int sizeWidth = sizes.Select(each => each.Length).DefaultIfEmpty().Max();
        foreach (var (entry, index) in report.Entries.Select((entry, index) => (entry, index)))
        {
            string owner = unix ? $"{ModeOf(entry)} {owners[index].PadRight(ownerWidth)} " : "";
            string time = entry.Modified.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            into.WriteLine($"{owner}{sizes[index].PadLeft(sizeWidth)} {time} {PrintableText.OfLine(entry.Name)}{EndOf(entry)}");
        }
    }

    private static string SizeOf(ListedEntry entry) => entry.Unix is { DeviceMajor: { } major, DeviceMinor: { } minor }
        ? string.Create(CultureInfo.InvariantCulture, $"{major}, {minor}")
        : entry.Bytes.ToString(CultureInfo.InvariantCulture);

    private static string EndOf(ListedEntry entry) => entry.Kind switch
    {
        EntryKind.Directory => "/",
        EntryKind.SymbolicLink when entry.Target is { } target => $" -> {PrintableText.OfLine(target)}",
        _ => "",
    };

    private static string ModeOf(ListedEntry entry)
    {
        int mode = entry.Unix?.Mode ?? 0;
        char kind = entry.Kind switch
        {
            EntryKind.Directory => 'd',
            EntryKind.SymbolicLink => 'l',
            EntryKind.CharacterDevice => 'c',
            EntryKind.BlockDevice => 'b',
            EntryKind.Pipe => 'p',
            EntryKind.Socket => 's',
            _ => '-',
        };
        return $"{kind}{Bits(mode >> 6, mode >> 11, 's')}{Bits(mode >> 3, mode >> 10, 's')}{Bits(mode, mode >> 9, 't')}";
    }

    private static string Bits(int bits, int special, char letter)
    {
        char execute = (bits & 1, special & 1) switch
        {
            (1, 1) => letter,
            (0, 1) => char.ToUpperInvariant(letter),
            (1, _) => 'x',
            _ => '-',
        };
        return $"{((bits & 4) != 0 ? 'r' : '-')}{((bits & 2) != 0 ? 'w' : '-')}{execute}";
    }
}
