using System.Security.Cryptography;
using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>The SHA-256 of a file as it is.</summary>
internal static class FileHash
{
    private const int PieceSize = 1 << 20;

    /// <summary>64 hexadecimal digits in lower case.</summary>
    /// <exception cref="AccessException">The file cannot be read.</exception>
    public static string Sha256Of(string path)
    {
        using var file = new RawImageFile(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceSize];
        for (long at = 0; at < file.Length; at += PieceSize)
        {
            Span<byte> part = piece.AsSpan(0, (int)Math.Min(PieceSize, file.Length - at));
            file.Read(at, part);
            hash.AppendData(part);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
