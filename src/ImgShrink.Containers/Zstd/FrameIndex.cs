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
/// <param name="FileChecksum">XXH3 of a chunk's bytes in the file; else 0.</param>
internal readonly record struct FramePart(
    FramePartKind Kind, byte Value, long ImageBytes, long FileBytes, ulong FileChecksum = 0);

/// <summary>
/// What a stitched frame is made of, whose chunks were decoded and compared when they were made. 32 bytes a part, some
/// 4 MB for a terabyte.
/// </summary>
internal sealed class FrameIndex
{
    private readonly List<FramePart> _parts = [];

    /// <summary>The parts between the frame's header and its trailer.</summary>
    public IReadOnlyList<FramePart> Parts => _parts;

    /// <summary>XXH64 of the whole image; its low half is the frame's checksum.</summary>
    public ulong ContentChecksum { get; set; }

    public void Add(FramePart part) => _parts.Add(part);
}
