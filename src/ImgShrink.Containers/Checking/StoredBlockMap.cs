using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Checking;

/// <summary>A <c>.bmap</c> file of any maker, to be compared with an image.</summary>
/// <remarks>Versions 1.3 (SHA-1), 1.4 and 2.0 (SHA-256), as bmaptool reads them.</remarks>
public sealed class StoredBlockMap
{
    private const int LargestFile = 64 << 20;
    private const int PieceSize = 1 << 20;

    private readonly List<(long First, long Last, string Checksum)> _ranges = [];

    private StoredBlockMap(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Bytes of the image that it was made of.</summary>
    public long ImageBytes { get; private set; }

    /// <summary>Ranges of blocks in it.</summary>
    public int RangeCount => _ranges.Count;

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

    /// <summary>Compares the image with every range: the first blocks of those that differ.</summary>
    /// <exception cref="AccessException">The image cannot be read.</exception>
    public IEnumerable<long> DifferentRanges(IBlockSource image, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(image);
        var piece = new byte[PieceSize];
        foreach (var (first, last, checksum) in _ranges)
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
            map.Fill(root);
            map.RequireOwnChecksum(map.Field(root, "BmapFileChecksum"), text);
            return map;
        }
        catch (Exception cause) when (cause is XmlException or FormatException or OverflowException)
        {
            throw Damaged(path, "its content", cause.Message.TrimEnd('.'), "an XML document with a <bmap>");
        }
    }

    private void Fill(XElement root)
    {
        string version = root.Attribute("version")?.Value ?? "";
        if (root.Name != "bmap" || !version.StartsWith("1.", StringComparison.Ordinal) && !version.StartsWith("2.", StringComparison.Ordinal))
            throw new UnsupportedImageException($"{Path} is no bmap of version 1 or 2.");
        ImageBytes = Number(Field(root, "ImageSize"));
        BlockSize = Number(Field(root, "BlockSize"));
        Algorithm = Field(root, "ChecksumType") switch
        {
            "sha256" => HashAlgorithmName.SHA256,
            "sha1" => HashAlgorithmName.SHA1,
            var other => throw new UnsupportedImageException($"{Path} has checksums of the type {other}, which is not known."),
        };
        if (BlockSize is < 512 or > 1 << 20)
            throw Damaged(Path, "BlockSize", $"{BlockSize}", "512 to 1048576");
        long blocks = ImageBytes / BlockSize + (ImageBytes % BlockSize == 0 ? 0 : 1), next = 0;
        foreach (XElement range in root.Element("BlockMap")?.Elements("Range") ?? [])
        {
            string[] ends = range.Value.Split('-');
            long first = Number(ends[0]), last = Number(ends[^1]);
            if (first < next || last < first || last >= blocks)
                throw Damaged(Path, $"range {_ranges.Count}", $"{first}-{last}", $"inside of blocks {next} to {blocks - 1}");
            _ranges.Add((first, last, range.Attribute("chksum")?.Value.ToLowerInvariant() ?? ""));
            next = last + 1;
        }
    }

    /// <summary>The checksum of the file is that with zeros in its own place.</summary>
    private void RequireOwnChecksum(string checksum, string text)
    {
        int at = text.IndexOf(checksum, StringComparison.Ordinal);
        byte[] bytes = Encoding.UTF8.GetBytes(text.Remove(at, checksum.Length).Insert(at, new string('0', checksum.Length)));
        using var hash = IncrementalHash.CreateHash(Algorithm);
        hash.AppendData(bytes);
        string expected = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (checksum != expected)
            throw Damaged(Path, "BmapFileChecksum", checksum, expected);
    }

    private string Field(XElement root, string name) => root.Element(name)?.Value.Trim()
        ?? throw Damaged(Path, $"<{name}>", "missing", "there");

    private static long Number(string text) => long.Parse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture);

    private static CorruptImageException Damaged(string path, string place, string found, string expected) =>
        new(new Finding(path, place, found, expected), "Get it again, or remove it.");
}
