using ImgShrink.Blocks;

namespace ImgShrink.Containers.Unpacking;

/// <summary>Decodes a file that an image is packed in: once, from front to back.</summary>
/// <remarks>
/// Everything that the format has to prove its content is compared. What was read may be used when
/// <see cref="Read"/> has said that it was all: a damage may be found at the very end only. Not for several threads.
/// </remarks>
internal abstract class PackedReader(RawImageFile file) : IDisposable
{
    /// <summary>The name of the format in messages: "zstd".</summary>
    protected abstract string Format { get; }

    /// <summary>The packed file.</summary>
    protected SourceStream Input { get; } = new(file);

    /// <summary>What the user called the packed file.</summary>
    public string Path => file.Path;

    /// <summary>Length of the packed file, in bytes.</summary>
    public long FileBytes => Input.Length;

    /// <summary>Bytes of the packed file that are done with, more or less; for showing progress.</summary>
    public long FileBytesDone => Math.Min(Input.Position, Input.Length);

    /// <summary>Bytes that the image has at least, as the file says; 0 where it does not say.</summary>
    public virtual long LeastImageBytes => 0;

    /// <summary>Decodes the next bytes of the image.</summary>
    /// <returns>How many; fewer than <paramref name="into"/> has room for only at the image's end.</returns>
    /// <exception cref="CorruptImageException">The file is damaged or cut short.</exception>
    public abstract int Read(Span<byte> into);

    public virtual void Dispose() => Input.Dispose();

    /// <summary>The error for a packed file that is not what its format requires.</summary>
    /// <param name="how">What is wrong: "its checksum does not match".</param>
    protected CorruptImageException Damaged(string how) => new(
        new Finding(Path, $"its {Format} data up to byte {FileBytesDone}", $"damaged ({how.TrimEnd('.')})", "sound"),
        "Get the file again.");

    /// <summary>The error for a packed file that ends too early.</summary>
    protected CorruptImageException CutShort() => new(
        new Finding(Path, "its end", $"byte {FileBytes}, in the middle of its {Format} data", "further on"),
        "The file is cut short; get it again.");

    /// <summary>Takes zeros up to the end of the file, with which some media fill files up, and nothing else.</summary>
    protected void RequireOnlyZeros()
    {
        var bytes = new byte[65536];
        for (int count; (count = Input.Read(bytes)) > 0;)
        {
            if (bytes.AsSpan(0, count).IndexOfAnyExcept((byte)0) is >= 0 and int index)
                throw new CorruptImageException(
                    new Finding(Path, $"byte {Input.Position - count + index}, behind its {Format} data", $"0x{bytes[index]:X2}",
                        "the end of the file"), "Get the file again.");
        }
    }
}
