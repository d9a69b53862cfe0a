namespace ImgShrink.Containers.Tests;

/// <summary>Asks the decoders that are installed what they make of a .zst file of ours.</summary>
internal static class OtherDecoders
{
    public static void Agree(string path, long imageBytes, string sha256)
    {
        if (Tool.Exists("zstd"))
        {
            Tool.Run("zstd", "-t", path);
            string listing = Tool.Run("zstd", "-lv", path);
            Assert.Matches(@"Frames: 1\n", listing.Replace("# Zstandard ", "", StringComparison.Ordinal));
            Assert.Contains($"({imageBytes} B)", listing);
            Assert.Contains("Check: XXH64", listing);
            Assert.Equal(sha256, Tool.Sha256Of("zstd", "-dc", path));
        }

        if (Tool.Exists("7z") && SevenZipKnowsZstd.Value)
            Assert.Equal(sha256, Tool.Sha256Of("7z", "x", "-so", path));

        // libarchive takes a file that starts with 1 KiB of zeros for an empty tar, whatever the compression.
        if (Tool.Exists("bsdcat") && imageBytes > 0)
        {
            string theirs = Tool.Sha256Of("bsdcat", path);
            Assert.True(theirs == sha256 || StartsWithZeros(path), "bsdcat decodes something else");
        }
    }

    // 7-Zip does since 24.01.
    private static readonly Lazy<bool> SevenZipKnowsZstd = new(() => Tool.Run("7z", "i").Contains("zst", StringComparison.Ordinal));

    private static bool StartsWithZeros(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[64];
        file.ReadExactly(start, 0, (int)Math.Min(64, file.Length));
        return start.AsSpan(14, 4).SequenceEqual((ReadOnlySpan<byte>)[8, 0, 0, 0]);
    }
}
