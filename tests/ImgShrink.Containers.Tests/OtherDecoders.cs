using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace ImgShrink.Containers.Tests;

/// <summary>Asks the decoders that are installed what they make of a file of ours.</summary>
internal static class OtherDecoders
{
    public static void Agree(string format, string path, byte[] image, string sha256)
    {
        switch (format)
        {
            case "zst":
                ZstdAgrees(path, image.Length, sha256, frames: 1, skippable: 0);
                break;
            case "zst seekable":
                ZstdAgrees(path, image.Length, sha256, frames: null, skippable: 1);
                break;
            case "xz":
                XzAgrees(path, image.Length, sha256);
                break;
            case "gz":
                GzipAgrees(path, sha256);
                break;
            case "zip":
                ZipAgrees(path, image, sha256);
                return;
            default:
                Assert.Equal(image, File.ReadAllBytes(path));
                return;
        }

        if (Tool.Exists("7z") && (!format.StartsWith("zst", StringComparison.Ordinal) || SevenZipKnowsZstd.Value))
            Assert.Equal(sha256, Tool.Sha256Of("7z", "x", "-so", path));

        // libarchive takes a file that starts with 1 KiB of zeros for an empty tar, whatever the compression.
        if (Tool.Exists("bsdcat") && image.Length > 0)
        {
            string theirs = Tool.Sha256Of("bsdcat", path);
            bool startsWithZeros = !image.AsSpan(0, Math.Min(image.Length, 1024)).ContainsAnyExcept((byte)0);
            Assert.True(theirs == sha256 || startsWithZeros, "bsdcat decodes something else");
        }
    }

    /// <summary>Lets the format's own tool test a file.</summary>
    public static void Test(string format, string path)
    {
        string? tool = format switch { "zst" or "zst seekable" => "zstd", "xz" => "xz", "gz" => "gzip", "zip" => "unzip", _ => null };
        if (tool is not null && Tool.Exists(tool))
            Tool.Run(tool, "-t", path);
    }

    private static void ZstdAgrees(string path, long imageBytes, string sha256, int? frames, int skippable)
    {
        if (!Tool.Exists("zstd"))
            return;
        Tool.Run("zstd", "-t", path);
        string listing = Tool.Run("zstd", "-lv", path).Replace("# Zstandard ", "", StringComparison.Ordinal);
        if (frames is not null)
            Assert.Matches($@"Frames: {frames}\n", listing);
        if (skippable > 0)
            Assert.Matches($@"Skippable Frames: {skippable}\n", listing);
        if (imageBytes > 0)
        {
            Assert.Contains($"({imageBytes} B)", listing);
            Assert.Contains("Check: XXH64", listing);
        }

        Assert.Equal(sha256, Tool.Sha256Of("zstd", "-dc", path));
    }

    private static void XzAgrees(string path, long imageBytes, string sha256)
    {
        if (!Tool.Exists("xz"))
            return;
        Tool.Run("xz", "-t", "-T0", path);
        // robot totals: streams, blocks, compressed, uncompressed, ratio, checks, padding, files; then memory, sizes in headers
        string[] totals = Tool.Run("xz", "--robot", "-lvv", path).Split('\n').Single(line => line.StartsWith("totals", StringComparison.Ordinal)).Split('\t');
        Assert.Equal("1", totals[1]);
        Assert.Equal($"{imageBytes}", totals[4]);
        Assert.Equal("CRC64", totals[6]);
        if (imageBytes > 0)
            Assert.Equal("yes", totals[10]);
        Assert.Equal(sha256, Tool.Sha256Of("xz", "-dc", path));
    }

    private static void GzipAgrees(string path, string sha256)
    {
        if (Tool.Exists("gzip"))
            Tool.Run("gzip", "-t", path);
        if (Tool.Exists("pigz"))
            Assert.Equal(sha256, Tool.Sha256Of("pigz", "-dc", path));
    }

    private static void ZipAgrees(string path, byte[] image, string sha256)
    {
        using (ZipArchive archive = ZipFile.OpenRead(path))
        {
            ZipArchiveEntry entry = Assert.Single(archive.Entries);
            using Stream content = entry.Open();
            Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(content)));
            Assert.Equal((image.Length, Crc32.HashToUInt32(image)), (entry.Length, entry.Crc32));
        }

        if (Tool.Exists("unzip"))
            Tool.Run("unzip", "-tq", path);
        if (Tool.Exists("7z"))
        {
            Tool.Run("7z", "t", path); // Compares the two headers, too.
            Assert.Equal(sha256, Tool.Sha256Of("7z", "x", "-so", path));
        }

        // From a pipe, libarchive has nothing but the local header.
        if (Tool.Exists("bsdtar") && Tool.Exists("sh"))
            Assert.Equal(sha256, Tool.Sha256Of("sh", "-c", "cat \"$1\" | bsdtar -xOf -", "sh", path));
        if (Tool.Exists("python3"))
            Assert.Equal($"image.img {image.Length} None", Tool.Run("python3", "-c",
                "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); i, = z.infolist(); print(i.filename, i.file_size, z.testzip())", path).Trim());
    }

    // 7-Zip does since 24.01.
    private static readonly Lazy<bool> SevenZipKnowsZstd = new(() => Tool.Run("7z", "i").Contains("zst", StringComparison.Ordinal));
}
