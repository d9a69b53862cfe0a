namespace ImgShrink.Containers.Zstd;

/// <summary>What a part of a stitched frame is made of.</summary>
internal enum FramePartKind
{
    /// <summary>Blocks that libzstd made; they decode like a frame of their own.</summary>
    Chunk,

    /// <summary>The 31 bytes of <see cref="ZstdFrame.Reset"/>.</summary>
    Reset,

    /// <summary>RLE blocks of zeros.</summary>
    Zeros,
}

/// <summary>A part of a stitched frame; the parts lie one behind the other, in the image as in the file.</summary>
/// <param name="Kind">What it is made of.</param>
/// <param name="Value">The byte that a reset repeats; else 0.</param>
/// <param name="ImageBytes">Bytes it decodes to.</param>
/// <param name="FileBytes">Bytes it has in the file.</param>
/// <param name="Checksum">
/// XXH64 of a chunk's bytes in the file: damage may decode to the same content by chance; else 0.
/// </param>
internal readonly record struct FramePart(
    FramePartKind Kind, byte Value, long ImageBytes, long FileBytes, ulong Checksum = 0);

/// <summary>
/// The parts of a stitched frame between its header and its trailer. 32 bytes a part, some 4 MB for a terabyte.
/// </summary>
internal sealed class FrameIndex
{
    private readonly List<FramePart> _parts = [];

    public IReadOnlyList<FramePart> Parts => _parts;

    public void Add(FramePart part) => _parts.Add(part);
}
