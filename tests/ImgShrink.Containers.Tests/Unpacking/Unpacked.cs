using System.Security.Cryptography;
using ImgShrink.Blocks;
using ImgShrink.Containers.Unpacking;

namespace ImgShrink.Containers.Tests.Unpacking;

/// <summary>What the readers that users unpack with make of a file.</summary>
internal static class Unpacked
{
    /// <summary>Length and SHA-256 of the image in a file.</summary>
    public static (long Length, string Sha256) Digest(string path, Func<RawImageFile, PackedReader> open)
    {
        using var file = new RawImageFile(path);
        using PackedReader reader = open(file);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[1 << 20];
        long length = 0;
        for (int count = piece.Length; count == piece.Length;)
        {
            count = reader.Read(piece);
            hash.AppendData(piece, 0, count);
            length += count;
        }

        return (length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>What is said of a damaged file.</summary>
    public static string Refusal(string path, Func<RawImageFile, PackedReader> open) =>
        Assert.Throws<CorruptImageException>(() => Digest(path, open)).Message;
}
