using System.Collections.Concurrent;
using System.IO.Hashing;
using ImgShrink.Blocks;
using ImgShrink.Containers.Chunks;

namespace ImgShrink.Containers.Zstd;

/// <summary>Frames of a .zst file as chunks of an image, with a table that says where each is.</summary>
/// <remarks>
/// Spec: the "Zstandard Seekable Format" 0.1.0. A reader of the table can start at any frame; all others read one frame
/// after the other, and skip the table.
/// </remarks>
internal sealed class SeekableFormat(int level) : ChunkFormat
{
    private const int MiB = 1 << 20;
    private const uint SkippableMagic = 0x184D2A5E, SeekableMagic = 0x8F92EAB1;

    private readonly ConcurrentDictionary<int, ulong> _zeroSums = new();

    // Smaller ones cost compression: 16 MiB 0.1 %, 4 MiB 1 % at level 3 and 5 % at level 9.
    public override int ChunkSize => 16 * MiB;

    public override int LargestEncoded { get; } = (int)LibZstd.CompressBound(16 * MiB) + 64;

    public override long MemoryPerThread => ChunkSize + LargestEncoded + ChunkLimits.At(level).Compressor;

    public override int ZerosUnit => 1;

    public override int MostZeros => ChunkSize;

    public override long SmallestGap => 4 * MiB;

    public override string ChunkName => "zstd frame";

    public override byte[] EncodeZeros(int count)
    {
        using var frame = new MemoryStream();
        frame.Write(ZstdFrame.Header(count, withChecksum: true));
        foreach (ReadOnlyMemory<byte> blocks in ZeroBlocks.For(count, atFrameStart: true))
            frame.Write(blocks.Span);
        frame.Write(ZstdFrame.Trailer(_zeroSums.GetOrAdd(count, SumOfZeros)));
        return frame.ToArray();
    }

    public override IChunkEncoder NewEncoder() => new FrameEncoder(level);

    public override IChunkDecoder NewDecoder() => new FrameDecoder();

    /// <summary>The table: a skippable frame at the end of the file.</summary>
    public static byte[] SeekTable(IReadOnlyList<WrittenChunk> frames)
    {
        const int header = 8, entry = 8, footer = 9;
        ArgumentNullException.ThrowIfNull(frames);
        var table = new byte[header + frames.Count * entry + footer];
        Le.Put32(table, 0, SkippableMagic); // Skippable_Magic_Number
        Le.Put32(table, 4, (uint)(table.Length - header)); // Frame_Size
        for (int i = 0; i < frames.Count; i++)
        {
            Le.Put32(table, header + i * entry, (uint)frames[i].FileBytes); // Compressed_Size
            Le.Put32(table, header + i * entry + 4, (uint)frames[i].ImageBytes); // Decompressed_Size
        }

        Span<byte> end = table.AsSpan(^footer..);
        Le.Put32(end, 0, (uint)frames.Count); // Number_Of_Frames
        end[4] = 0; // Seek_Table_Descriptor: no checksums; the frames have theirs
        Le.Put32(end, 5, SeekableMagic); // Seekable_Magic_Number
        return table;
    }

    private static ulong SumOfZeros(int count)
    {
        var sum = new XxHash64();
        foreach (ReadOnlyMemory<byte> zeros in ZeroRun.Of(count, CancellationToken.None))
            sum.Append(zeros.Span);
        return sum.GetCurrentHashAsUInt64();
    }
}
