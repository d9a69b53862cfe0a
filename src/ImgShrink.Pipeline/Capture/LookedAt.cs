using System.Buffers.Binary;
using System.IO.Hashing;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>A source that remembers by checksums what was read of it, until the plan is made.</summary>
/// <remarks>
/// A plan is made of nothing else than what was read for it: the partition table, the structures of the file systems, the
/// files that tell what the first boot needs. The same bytes give the same plan.
/// </remarks>
internal sealed class LookedAt(IImageSource source) : IImageSource
{
    /// <summary>Bytes of the source that have one checksum.</summary>
    public const int PlaceBytes = 1 << 20;

    private readonly Lock _lock = new();
    private SortedDictionary<long, XxHash3>? _sums = [];

    /// <inheritdoc/>
    public string Path => source.Path;

    /// <inheritdoc/>
    public long Length => source.Length;

    /// <inheritdoc/>
    public long BytesRead => source.BytesRead;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        source.Read(at, into);
        lock (_lock)
        {
            if (_sums is not null)
                Remember(_sums, at, into);
        }
    }

    /// <inheritdoc/>
    public RangeSet DataRanges() => source.DataRanges();

    /// <summary>Ends the remembering, and gives the checksums by MiB of the source.</summary>
    public IReadOnlyDictionary<long, ulong> Finish()
    {
        lock (_lock)
        {
            var sums = _sums!.ToDictionary(each => each.Key, each => each.Value.GetCurrentHashAsUInt64());
            _sums = null;
            return sums;
        }
    }

    /// <summary>Does nothing: whoever opened the source disposes of it.</summary>
    public void Dispose()
    {
    }

    private static void Remember(SortedDictionary<long, XxHash3> sums, long at, ReadOnlySpan<byte> bytes)
    {
        Span<byte> place = stackalloc byte[sizeof(long)];
        while (!bytes.IsEmpty)
        {
            int count = (int)Math.Min(PlaceBytes - at % PlaceBytes, bytes.Length);
            if (!sums.TryGetValue(at / PlaceBytes, out XxHash3? sum))
                sums.Add(at / PlaceBytes, sum = new XxHash3());
            BinaryPrimitives.WriteInt64LittleEndian(place, at);
            sum.Append(place);
            sum.Append(bytes[..count]);
            at += count;
            bytes = bytes[count..];
        }
    }
}
