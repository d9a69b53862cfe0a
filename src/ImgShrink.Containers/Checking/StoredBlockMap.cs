using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Checking;

/// <summary>A <c>.bmap</c> file of any maker, to be compared with an image.</summary>
/// <remarks>
/// As bmaptool reads them: versions 1.0 to 1.2 have no checksums, 1.3 has SHA-1, and 1.4 and 2.0, which are the same, name what
/// they have. A range without its checksum may hold anything.
/// </remarks>
public sealed class StoredBlockMap
{
    private const int LargestFile = 64 << 20;
    private const int PieceSize = 1 << 20;

    private readonly List<(long First, long Last, string? Checksum)> _ranges = [];

    private StoredBlockMap(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Bytes of the image that it was made of.</summary>
    public long ImageBytes { get; private set; }

    /// <summary>Ranges of blocks in it that have a checksum; 0 where it was made without any.</summary>
    public int RangeCount => _ranges.Count(range => range.Checksum is not null);

    private long BlockSize { get; set; }

    private HashAlgorithmName Algorithm { get; set; }

    /// <summary>The map that lies beside an image: card.img.zst.bmap, card.img.bmap or card.bmap; null where there is none.</summary>
    /// <exception cref="CorruptImageException">It is damaged.</exception>
    /// <exception cref="UnsupportedImageException">It is of a version that is not known.</exception>
    public static StoredBlockMap? Beside(string imagePath)
    {
        foreach (string name in PublishedChecksums.Names(imagePath))
        {
            if (PublishedChecksums.TryRead(name + ".bmap", LargestFile) is { } text)
                return Read(name + ".bmap", text);
        }

        return null;
    }

    /// <summary>Compares the image with every range that has a checksum: the first blocks of those that differ.</summary>
    /// <exception cref="AccessException">The image cannot be read.</exception>
    public IEnumerable<long> DifferentRanges(IBlockSource image, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(image);
        var piece = new byte[PieceSize];
        foreach (var (first, last, checksum) in _ranges.Where(range => range.Checksum is not null))
        {
            using var hash = IncrementalHash.CreateHash(Algorithm);
            long end = Math.Min((last + 1) * BlockSize, image.Length);
            for (long at = first * BlockSize; at < end; at += piece.Length)
            {
                cancel.ThrowIfCancellationRequested();
                Span<byte> part = piece.AsSpan(0, (int)Math.Min(piece.Length, end - at));
                image.Read(at, part);
                hash.AppendData(part);
            }

            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != checksum)
                yield return first;
        }
    }

    private static StoredBlockMap Read(string path, string text)
    {
        var map = new StoredBlockMap(path);
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            XElement root = XDocument.Load(reader).Root!;
            map.Fill(root, text);
            return map;
        }
        catch (Exception cause) when (cause is XmlException or FormatException or OverflowException)
        {
            throw Damaged(path, "its content", cause.Message.TrimEnd('.'), "an XML document with a <bmap>");
        }
    }

    private void Fill(XElement root, string text)
    {
        var (ofFile, ofRange) = ChecksumNames(root);
        ImageBytes = Number(Field(root, "ImageSize"));
        BlockSize = Number(Field(root, "BlockSize"));
        if (BlockSize is < 512 or > 1 << 20)
            throw Damaged(Path, "BlockSize", $"{BlockSize}", "512 to 1048576");
        long blocks = ImageBytes / BlockSize + (ImageBytes % BlockSize == 0 ? 0 : 1), next = 0;
        foreach (XElement range in root.Element("BlockMap")?.Elements("Range") ?? [])
        {
            string[] ends = range.Value.Split('-');
            long first = Number(ends[0]), last = Number(ends[^1]);
            if (first < next || last < first || last >= blocks)
                throw Damaged(Path, $"range {_ranges.Count}", $"{first}-{last}", $"inside of blocks {next} to {blocks - 1}");
            _ranges.Add((first, last, ofRange is null ? null : range.Attribute(ofRange)?.Value.ToLowerInvariant()));
            next = last + 1;
        }

        if (ofFile is not null)
            RequireOwnChecksum(ofFile, Field(root, ofFile), text);
    }

    /// <summary>What the checksums of the file and of a range are called, which the version decides; null where it has none.</summary>
    private (string? OfFile, string? OfRange) ChecksumNames(XElement root)
    {
        if (root.Name != "bmap" || !Version.TryParse(root.Attribute("version")?.Value, out Version? version) || version.Major is not (1 or 2))
            throw new UnsupportedImageException($"{Path} is no bmap of version 1 or 2.");
        if (version < new Version(1, 3))
            return (null, null);
        bool isNamed = version >= new Version(1, 4);
        string type = isNamed ? Field(root, "ChecksumType") : "sha1";
        Algorithm = type switch
        {
            "sha256" => HashAlgorithmName.SHA256,
            "sha1" => HashAlgorithmName.SHA1,
            _ => throw new UnsupportedImageException($"{Path} has checksums of the type {type}, which is not known."),
        };
        return isNamed ? ("BmapFileChecksum", "chksum") : ("BmapFileSHA1", "sha1");
    }

    /// <summary>The checksum of the file is that with zeros in its own place.</summary>
    private void RequireOwnChecksum(string name, string checksum, string text)
    {
        int at = text.IndexOf(checksum, StringComparison.Ordinal);
        if (at < 0)
            throw Damaged(Path, name, "in another notation", "plain digits");
        byte[] bytes = Encoding.UTF8.GetBytes(text.Remove(at, checksum.Length).Insert(at, new string('0', checksum.Length)));
        using var hash = IncrementalHash.CreateHash(Algorithm);
        hash.AppendData(bytes);
        string expected = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (checksum != expected)
            throw Damaged(Path, name, checksum, expected);
    }

    private string Field(XElement root, string name) => root.Element(name)?.Value.Trim()
        ?? throw Damaged(Path, $"<{name}>", "missing", "there");

    private static long Number(string text) => long.Parse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture);

    private static CorruptImageException Damaged(string path, string place, string found, string expected) =>
        new(new Finding(path, place, found, expected), "Get it again, or remove it.");
}
