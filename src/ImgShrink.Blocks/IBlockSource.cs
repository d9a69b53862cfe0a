namespace ImgShrink.Blocks;

/// <summary>Bytes at addresses: a disk image, a physical drive, a partition, or a view composed of others.</summary>
/// <remarks>
/// <para>Addresses are bytes from the start of the source, 0 up to but not including <see cref="Length"/>.</para>
/// <para>The content does not change while the source is in use, and reads may come from several threads at once.</para>
/// <para>A view does not own what it is composed of: whoever opened a file or a drive closes it.</para>
/// </remarks>
public interface IBlockSource
{
    /// <summary>Length in bytes; constant for the life of the source.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="into"/> completely with the bytes that start at <paramref name="at"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Part of the range lies outside the source.</exception>
    /// <exception cref="AccessException">The medium could not deliver the bytes.</exception>
    void Read(long at, Span<byte> into);
}
