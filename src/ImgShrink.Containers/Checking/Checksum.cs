using System.Security.Cryptography;

namespace ImgShrink.Containers.Checking;

/// <summary>A checksum as projects publish them; its length tells the algorithm.</summary>
/// <param name="Algorithm">"md5", "sha1", "sha256" or "sha512".</param>
/// <param name="Hex">Hexadecimal digits in lower case.</param>
public sealed record Checksum(string Algorithm, string Hex)
{
    private static readonly (string Name, int Digits, HashAlgorithmName Hash)[] s_algorithms =
    [
        ("md5", 32, HashAlgorithmName.MD5), ("sha1", 40, HashAlgorithmName.SHA1),
        ("sha256", 64, HashAlgorithmName.SHA256), ("sha512", 128, HashAlgorithmName.SHA512),
    ];

    /// <summary>Reads hexadecimal digits in either case; null for anything else, or a length that no algorithm has.</summary>
    public static Checksum? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string hex = text.Trim().ToLowerInvariant();
        string? name = Array.Find(s_algorithms, each => each.Digits == hex.Length).Name;
        return name is not null && hex.All(char.IsAsciiHexDigitLower) ? new Checksum(name, hex) : null;
    }

    /// <summary>The algorithm of this name.</summary>
    internal static HashAlgorithmName Hash(string name) => Array.Find(s_algorithms, each => each.Name == name).Hash;
}
