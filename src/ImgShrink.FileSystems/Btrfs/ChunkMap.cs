using ImgShrink.Blocks;
using ImgShrink.FileSystems.Btrfs.OnDisk;

namespace ImgShrink.FileSystems.Btrfs;

/// <summary>Where logical addresses lie on the volume: in one place, or in two with the profile DUP.</summary>
internal sealed class ChunkMap(BtrfsGeometry geometry)
{
    private const int MostCopies = 2;

    private readonly SortedList<ulong, Chunk> _chunks = [];

    /// <summary>Whether a chunk has a profile other than single and DUP, so that its bytes are somewhere else.</summary>
    public bool HasOtherProfile { get; private set; }

    /// <summary>Adds a chunk; one that is there already must be the same.</summary>
    /// <exception cref="CorruptImageException">It does not lie on the volume, or where another one does.</exception>
    public void Add(ulong logical, ReadOnlySpan<byte> item)
    {
        if (item.Length < ChunkItem.HeaderSize
            || item.Length < ChunkItem.HeaderSize + new ChunkItem(item).StripeCount * ChunkItem.StripeSize)
            throw Damaged(logical, "its item", $"{item.Length} bytes long", "long enough for its stripes");
        var chunk = new ChunkItem(item);
        if (chunk.Profile is not (0 or ChunkItem.Dup) || chunk.StripeCount != (chunk.Profile == 0 ? 1 : MostCopies))
        {
            HasOtherProfile = true;
            return;
        }

        if (chunk.Length == 0 || chunk.Length > (ulong)geometry.Bytes || logical > long.MaxValue - chunk.Length)
            throw Damaged(logical, "its length", $"{chunk.Length}", $"1 to {geometry.Bytes}");
        var copies = new long[chunk.StripeCount];
        for (int i = 0; i < copies.Length; i++)
        {
            if (chunk.DeviceId(i) != geometry.DeviceId)
                throw Damaged(logical, "its device", $"{chunk.DeviceId(i)}", $"{geometry.DeviceId}");
            if (chunk.Start(i) > (ulong)geometry.Bytes - chunk.Length)
                throw Damaged(logical, "its place", $"{chunk.Start(i)}", $"at most {(ulong)geometry.Bytes - chunk.Length}");
            copies[i] = (long)chunk.Start(i);
        }

        if (_chunks.TryGetValue(logical, out Chunk? known) && (known.Length != (long)chunk.Length || !known.Copies.SequenceEqual(copies)))
            throw Damaged(logical, "it", "in two places", "in one");
        _chunks[logical] = new Chunk((long)chunk.Length, copies);
    }

    /// <summary>The places of a stretch of logical addresses, which has to lie in one chunk.</summary>
    /// <exception cref="CorruptImageException">There is no such chunk.</exception>
    public IEnumerable<ByteRange> PlacesOf(ulong logical, long length)
    {
        int index = LastAtOrBefore(logical);
        if (index >= 0)
        {
            Chunk chunk = _chunks.GetValueAtIndex(index);
            ulong offset = logical - _chunks.GetKeyAtIndex(index);
            if (length >= 0 && length <= chunk.Length && offset <= (ulong)(chunk.Length - length))
                return chunk.Copies.Select(start => new ByteRange(start + (long)offset, length));
        }

        throw Damaged(logical, $"a chunk for {length} bytes", "missing", "there");
    }

    private int LastAtOrBefore(ulong logical)
    {
        int low = 0, high = _chunks.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_chunks.GetKeyAtIndex(middle) <= logical)
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }

    private static CorruptImageException Damaged(ulong logical, string place, string found, string expected) =>
        new(new Finding($"btrfs chunk at {logical}", place, found, expected), BtrfsGeometry.Advice);

    private sealed record Chunk(long Length, long[] Copies);
}
