namespace ImgShrink.Containers.Chunks;

/// <summary>A chunk that was written; chunks lie one behind the other, in the image as in the file.</summary>
/// <param name="IsZeros">Whether it stands for a part of a gap.</param>
/// <param name="ImageBytes">Bytes it decodes to.</param>
/// <param name="FileBytes">Bytes it has in the file.</param>
/// <param name="Padding">Those of them that are only there to make the length even.</param>
/// <param name="ContentChecksum">XXH3 of what it decodes to; 0 for zeros.</param>
/// <param name="FileChecksum">
/// XXH3 of its bytes in the file: damage may decode to the same content by chance; 0 for zeros.
/// </param>
internal readonly record struct WrittenChunk(
    bool IsZeros, int ImageBytes, int FileBytes, int Padding, ulong ContentChecksum = 0, ulong FileChecksum = 0);

/// <summary>Where everything lies in a file made of chunks.</summary>
internal sealed class ChunkIndex
{
    private readonly List<WrittenChunk> _chunks = [];

    /// <summary>All chunks, in order.</summary>
    public IReadOnlyList<WrittenChunk> Chunks => _chunks;

    /// <summary>Bytes of the file before the first chunk.</summary>
    public byte[] Head { get; set; } = [];

    /// <summary>Bytes of the file behind the last chunk.</summary>
    public byte[] Tail { get; set; } = [];

    public void Add(WrittenChunk chunk) => _chunks.Add(chunk);
}
