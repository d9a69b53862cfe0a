using System.Buffers.Binary;
using System.Security.Cryptography;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>Tells whether a file is still the one that was worked on, whatever its name.</summary>
internal static class SourcePrint
{
    private const int Samples = 64;
    private const int SampleBytes = 64 << 10;

    /// <summary>
    /// SHA-256 of the length, the time of the last change, and 64 samples of 64 KiB, first and last bytes among them; hexadecimal.
    /// </summary>
    /// <remarks>
    /// Samples alone miss a small change, and a time alone what a restored backup brings. Where only the time is another, an
    /// image is done again, which gives the same output.
    /// </remarks>
    public static string Of(string path)
    {
        using var file = new RawImageFile(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        foreach (long each in (ReadOnlySpan<long>)[file.Length, File.GetLastWriteTimeUtc(path).Ticks])
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, each);
            hash.AppendData(number);
        }

        int size = (int)Math.Min(SampleBytes, file.Length);
        for (int sample = 0; sample < Samples; sample++)
        {
            long at = (long)((file.Length - size) * (sample / (double)(Samples - 1)));
            hash.AppendData(file.ReadBytes(at, size));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
