using System.Buffers.Binary;
using System.Security.Cryptography;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>Tells whether a file is still the one that was worked on, whatever its name and date.</summary>
internal static class SourcePrint
{
    private const int Samples = 64;
    private const int SampleBytes = 64 << 10;

    /// <summary>SHA-256 of the length and of 64 samples of 64 KiB, first and last bytes among them; hexadecimal.</summary>
    /// <remarks>An image that was used again differs in many places: superblocks, journals and bitmaps all change.</remarks>
    public static string Of(string path)
    {
        using var file = new RawImageFile(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, file.Length);
        hash.AppendData(length);
        int size = (int)Math.Min(SampleBytes, file.Length);
        for (int sample = 0; sample < Samples; sample++)
        {
            long at = (long)((file.Length - size) * (sample / (double)(Samples - 1)));
            hash.AppendData(file.ReadBytes(at, size));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
