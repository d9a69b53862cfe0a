using System.IO.Compression;
using ImgShrink.Blocks;

namespace ImgShrink.HostileTests;

/// <summary>The committed images: those of TestImages, and those of Corpus; the scripts beside them made them.</summary>
internal static class CorpusImage
{
    /// <summary>The bytes of an image.</summary>
    /// <param name="name">"ext4.img", or "card.zip" as it is.</param>
    public static byte[] Load(string name)
    {
        using Stream packed = typeof(CorpusImage).Assembly.GetManifestResourceStream($"{name}.gz")
            ?? throw new FileNotFoundException($"There is no {name} in the corpus.");
        using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        unpacked.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>An image that can be changed, over one that stays as it is.</summary>
    public static WriteOverlay Changeable(IBlockSource original) => new(original);
}
