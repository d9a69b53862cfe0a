using System.Text.Json;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Checking;

/// <summary>What a checksum is said to be of.</summary>
public enum ChecksumOf
{
    /// <summary>The file or the image in it: whoever gave it did not say.</summary>
    FileOrImage,

    /// <summary>The file as it is.</summary>
    File,

    /// <summary>The image in the file.</summary>
    Image,
}

/// <summary>A checksum that somebody published, and where it was found.</summary>
/// <param name="Origin">The file that holds it, or the option that gave it.</param>
/// <param name="Expected">The checksum.</param>
/// <param name="Of">What it is said to be of.</param>
public sealed record PublishedChecksum(string Origin, Checksum Expected, ChecksumOf Of);

/// <summary>Finds the checksums that lie beside a file.</summary>
public static class PublishedChecksums
{
    private const int LargestFile = 1 << 20;

    /// <summary>
    /// Those in <c>NAME.sha256</c> (or .md5, .sha1, .sha512) and in the manifest of Raspberry Pi Imager; of the file's name and
    /// of that name without what packs it.
    /// </summary>
    /// <exception cref="CorruptImageException">One of them is there and does not hold what it should.</exception>
    public static IEnumerable<PublishedChecksum> Beside(string path)
    {
        foreach (string name in Names(path))
        {
            foreach (string ending in (string[])[".sha256", ".sha512", ".sha1", ".md5"])
            {
                if (TryRead(name + ending) is { } text)
                    yield return new PublishedChecksum(name + ending, InList(name + ending, text, path), ChecksumOf.FileOrImage);
            }

            string manifest = name + ".rpi-imager-manifest";
            if (TryRead(manifest) is not { } json)
                continue;
            foreach (PublishedChecksum each in InManifest(manifest, json, path))
                yield return each;
        }
    }

    /// <summary>The path, and what is left of it without one extension after the other: card.img.xz, card.img, card.</summary>
    internal static IEnumerable<string> Names(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        for (string name = Path.GetFileName(path); name.Length > 0; name = Path.GetFileNameWithoutExtension(name))
        {
            yield return Path.Combine(folder, name);
            if (!Path.HasExtension(name))
                yield break;
        }
    }

    /// <summary>The checksum of a file in the lines of sha256sum; the only one, or the one with the file's name.</summary>
    private static Checksum InList(string origin, string text, string path)
    {
        var found = new List<(Checksum Sum, string Name)>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] words = line.TrimStart('\\').Split(' ', 2);
            if (Checksum.TryParse(words[0]) is { } sum)
                found.Add((sum, words.Length == 1 ? "" : words[1].TrimStart(' ', '*')));
        }

        string file = Path.GetFileName(path), image = Path.GetFileNameWithoutExtension(path);
        if (found is [var only])
            return only.Sum;
        return found.Find(each => each.Name == file || each.Name == image).Sum ?? throw Unreadable(
            origin, found.Count == 0 ? "no checksum" : $"{found.Count} checksums, none of {file}");
    }

    private static List<PublishedChecksum> InManifest(string origin, string json, string path)
    {
        try
        {
            var found = new List<PublishedChecksum>();
            using JsonDocument document = JsonDocument.Parse(json);
            foreach (JsonElement system in document.RootElement.GetProperty("os_list").EnumerateArray())
            {
                string? url = system.TryGetProperty("url", out JsonElement value) ? value.GetString() : null;
                if (url is null || Uri.UnescapeDataString(url).Split('/', '\\')[^1] != Path.GetFileName(path))
                    continue;
                Add(system, "image_download_sha256", ChecksumOf.File);
                Add(system, "extract_sha256", ChecksumOf.Image);
            }

            return found;

            void Add(JsonElement system, string field, ChecksumOf of)
            {
                if (system.TryGetProperty(field, out JsonElement value))
                    found.Add(new PublishedChecksum(origin, Checksum.TryParse(value.GetString() ?? "")
                        ?? throw Unreadable(origin, $"\"{field}\" without a checksum"), of));
            }
        }
        catch (Exception cause) when (cause is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Unreadable(origin, "something else");
        }
    }

    internal static string? TryRead(string path, int largest = LargestFile)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return new FileInfo(path).Length <= largest ? File.ReadAllText(path) : throw Unreadable(path, $"more than {largest} bytes");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"Cannot read {path}: {cause.Message}", cause);
        }
    }

    private static CorruptImageException Unreadable(string origin, string found) => new(
        new Finding(origin, "its content", found, "a checksum of the image or of its file"), "Get it again, or remove it.");
}
