using System.Security.Cryptography;

namespace ImgShrink.Containers;

/// <summary>The SHA-256 of an image, taken piece by piece in order.</summary>
internal sealed class ImageHash : IDisposable
{
    private static readonly byte[] Zeros = new byte[1 << 20];

    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes taken in so far.</summary>
    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        Length += bytes.Length;
    }

    public void AppendZeros(long count, CancellationToken cancel)
    {
        for (; count > 0; count -= Math.Min(count, Zeros.Length))
        {
            cancel.ThrowIfCancellationRequested();
            Append(Zeros.AsSpan(0, (int)Math.Min(count, Zeros.Length)));
        }
    }

    /// <summary>The digest of everything so far; nothing may be appended behind.</summary>
    public ImageDigest Finish() => new(Length, Convert.ToHexStringLower(_sha256.GetHashAndReset()));

    public void Dispose() => _sha256.Dispose();
}
