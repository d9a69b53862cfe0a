using ImgShrink.Blocks;

namespace ImgShrink.Partitions;

/// <summary>Bytes of a partition table to be put on the target disk.</summary>
/// <param name="At">Where on the target disk, in bytes; a multiple of 512.</param>
/// <param name="Bytes">The new content, in whole sectors.</param>
public sealed record TableEdit(long At, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The bytes of the target disk that the edit covers.</summary>
    public ByteRange Range => new(At, Bytes.Length);

    /// <summary>Puts the bytes in place.</summary>
    public void ApplyTo(IBlockStore target)
    {
        ArgumentNullException.ThrowIfNull(target);
        target.Write(At, Bytes.Span);
    }
}
