namespace ImgShrink.Containers.Chunks;

/// <summary>A container's way to store a part of an image so that it decodes by itself.</summary>
/// <remarks>
/// An image is cut into chunks of a fixed size, and long gaps into chunks of zeros; the file has them one behind the
/// other. Cuts and bytes depend on the image alone, so the same image gives the same file on any number of threads.
/// </remarks>
internal abstract class ChunkFormat
{
    /// <summary>Bytes of the image in a chunk of data, except in one before a gap or at the end.</summary>
    public abstract int ChunkSize { get; }

    /// <summary>Bytes that a chunk of data may have in the file, whatever is in it.</summary>
    public abstract int LargestEncoded { get; }

    /// <summary>Bytes of memory that an encoder takes, with its buffers; roughly.</summary>
    public abstract long MemoryPerThread { get; }

    /// <summary>A chunk of zeros has a multiple of so many bytes; what is left of a gap goes into chunks of data.</summary>
    public abstract int ZerosUnit { get; }

    /// <summary>Most bytes of the image in a chunk of zeros; a multiple of the unit.</summary>
    public abstract int MostZeros { get; }

    /// <summary>Bytes; a shorter gap goes through the compressor, which costs less than a cut.</summary>
    public abstract long SmallestGap { get; }

    /// <summary>Words for messages: "xz block".</summary>
    public abstract string ChunkName { get; }

    /// <summary>A chunk that holds so many zeros, as it is in the file.</summary>
    public abstract byte[] EncodeZeros(int count);

    /// <summary>Bytes of an encoded chunk that are only there to make its length even.</summary>
    public virtual int PaddingOf(ReadOnlySpan<byte> encoded) => 0;

    /// <summary>A new encoder, for one thread.</summary>
    public abstract IChunkEncoder NewEncoder();

    /// <summary>A new decoder, for one thread.</summary>
    public abstract IChunkDecoder NewDecoder();
}

/// <summary>Encodes one chunk after the other.</summary>
internal interface IChunkEncoder : IDisposable
{
    /// <summary>Encodes a chunk, and gives its bytes in the file, a part of <paramref name="into"/>.</summary>
    Span<byte> Encode(ReadOnlySpan<byte> content, Span<byte> into, CancellationToken stop);
}

/// <summary>Decodes one chunk after the other.</summary>
internal interface IChunkDecoder : IDisposable
{
    /// <summary>
    /// Decodes a chunk as it is in the file; it must fill <paramref name="content"/>, and nothing may be left over.
    /// </summary>
    /// <exception cref="InvalidDataException">It does not; the message says how, without a full stop.</exception>
    void Decode(ReadOnlySpan<byte> encoded, Span<byte> content);
}
