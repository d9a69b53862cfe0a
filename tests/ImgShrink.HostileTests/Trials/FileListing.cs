using System.Security.Cryptography;
using ImgShrink.Blocks;
using ImgShrink.FileSystems;

namespace ImgShrink.HostileTests.Trials;

/// <summary>What a volume holds, as far as it can be read.</summary>
internal static class FileListing
{
    // A hostile size does not make a listing long: of each file both ends are read.
    private const int EndBytes = 64 << 10;

    /// <summary>One line an object, with hashes of content and attributes; null where damage ends the walk.</summary>
    public static IReadOnlyList<string>? TryRead(IFileVolume volume)
    {
        try
        {
            IFileTree files = volume.OpenFiles();
            return [.. FileWalk.Below(volume, files, "/", CancellationToken.None).Select(each => Line(files, each))];
        }
        catch (ImgShrinkException)
        {
            return null;
        }
    }

    private static string Line(IFileTree files, WalkedFile each)
    {
        FileEntry entry = each.Entry;
        string content = entry.Kind switch
        {
            EntryKind.File => Hash(files.TryOpenFile(each.Path)),
            EntryKind.SymbolicLink => files.TryReadLink(each.Path) ?? "encrypted",
            _ => "",
        };
        string attributes = string.Join(',', files.ReadAttributes(each.Path).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={Convert.ToHexString(SHA256.HashData(pair.Value), 0, 8)}"));
        return $"{each.Path} {entry.Kind} {entry.Length} {entry.Modified:O} {entry.Unix?.Mode} {entry.Unix?.Owner}:{entry.Unix?.Group} "
            + $"{entry.Unix?.Device} {content} {attributes}";
    }

    private static string Hash(IBlockSource? file)
    {
        if (file is null)
            return "encrypted";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int count = (int)Math.Min(file.Length, EndBytes);
        hash.AppendData(file.ReadBytes(0, count));
        hash.AppendData(file.ReadBytes(file.Length - count, count));
        return Convert.ToHexString(hash.GetHashAndReset(), 0, 8);
    }
}
