namespace ImgShrink.Containers.Zstd;

/// <summary>How large the chunks are that are compressed side by side, and what memory that takes.</summary>
/// <remarks>
/// A chunk starts with an empty window, so large ones compress better: at level 3 chunks of 16 MiB gain 0.3 % over chunks of
/// 4 MiB, at level 9 1 %; at level 19, with its window of 8 MiB, they gain 3 % over chunks of 8 MiB. But every thread
/// holds a chunk, what came of it, and what that decodes to.
/// </remarks>
/// <param name="Chunk">Bytes from which on a chunk may end.</param>
/// <param name="Compressor">Bytes that libzstd takes for its tables and window, at most.</param>
internal sealed record ChunkLimits(int Chunk, int Compressor)
{
    /// <summary>Bytes that are read at a time.</summary>
    public const int Read = 1 << 20;

    private const int LastFastLevel = 4, LastMiddleLevel = 9;

    /// <summary>Bytes from which on a piece ends with the read in hand, where there is no place to cut a chunk.</summary>
    public int Piece => Chunk / 2 * 3;

    /// <summary>Bytes that the buffer of a piece must have room for.</summary>
    public int Buffer => Piece + Read;

    /// <summary>Bytes of memory for each compressing thread, roughly.</summary>
    public long MemoryPerThread => 3L * Buffer + Compressor;

    /// <summary>The limits for a compression level, 1 to 19.</summary>
    public static ChunkLimits At(int level) => level switch
    {
        <= LastFastLevel => new(4 << 20, 8 << 20),
        <= LastMiddleLevel => new(16 << 20, 32 << 20),
        _ => new(16 << 20, 100 << 20),
    };
}
