using System.Security.Cryptography;

namespace ImgShrink.Containers;

/// <summary>The SHA-256 of an image, taken piece by piece in order.</summary>
internal sealed class ImageHash : IDisposable
{
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
        foreach (ReadOnlyMemory<byte> zeros in ZeroRun.Of(count, cancel))
            Append(zeros.Span);
    }

    /// <summary>64 hexadecimal digits in lower case, of everything so far; nothing may be appended behind.</summary>
    public string Finish() => Convert.ToHexStringLower(_sha256.GetHashAndReset());

    public void Dispose() => _sha256.Dispose();
}
