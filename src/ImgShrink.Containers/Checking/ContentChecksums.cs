using System.Security.Cryptography;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Checking;

/// <summary>Checksums of one content, taken in one pass over it.</summary>
public sealed class ContentChecksums
{
    private const int PieceSize = 4 << 20;

    private readonly Dictionary<string, string> _hex;

    private ContentChecksums(Dictionary<string, string> hex) => _hex = hex;

    /// <summary>The digits of an algorithm that was asked for, in lower case.</summary>
    public string this[string algorithm] => _hex[algorithm];

    /// <summary>Whether the checksum is that of this content.</summary>
    public bool Match(Checksum checksum)
    {
        ArgumentNullException.ThrowIfNull(checksum);
        return _hex.TryGetValue(checksum.Algorithm, out string? hex) && hex == checksum.Hex;
    }

    /// <summary>Reads all of a source, its holes left out.</summary>
    /// <param name="source">The content.</param>
    /// <param name="algorithms">Names as <see cref="Checksum.Algorithm"/> has them.</param>
    /// <param name="bytesDone">Told how many bytes are done.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="AccessException">The medium could not deliver the bytes.</exception>
    public static ContentChecksums Of(
        IImageSource source, IEnumerable<string> algorithms, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(source);
        Dictionary<string, IncrementalHash> hashes = algorithms.Distinct().ToDictionary(
            name => name, name => IncrementalHash.CreateHash(Checksum.Hash(name)));
        var image = new TargetView(source, source.DataRanges());
        using var reader = new ForwardReader(image, cancel);
        var piece = new byte[PieceSize];
        foreach (Stretch stretch in Stretch.Of(image, smallestGap: PieceSize))
        {
            foreach (ReadOnlyMemory<byte> part in stretch.IsZeros ? ZeroRun.Of(stretch.Length, cancel) : Parts(reader, stretch, piece))
            {
                foreach (IncrementalHash hash in hashes.Values)
                    hash.AppendData(part.Span);
            }

            bytesDone?.Report(stretch.End);
        }

        return new ContentChecksums(hashes.ToDictionary(
            each => each.Key, each => Convert.ToHexStringLower(each.Value.GetHashAndReset())));

        IEnumerable<ReadOnlyMemory<byte>> Parts(ForwardReader from, Stretch stretch, byte[] buffer)
        {
            for (long at = stretch.Start; at < stretch.End; at += buffer.Length)
            {
                int count = (int)Math.Min(buffer.Length, stretch.End - at);
                from.Read(at, buffer.AsSpan(0, count));
                yield return buffer.AsMemory(0, count);
                bytesDone?.Report(at + count);
            }
        }
    }
}
