namespace ImgShrink.Blocks;

/// <summary>A block source whose bytes can be replaced.</summary>
/// <remarks>A read after a write sees the written bytes. Writes are not safe from several threads at once.</remarks>
public interface IBlockStore : IBlockSource
{
    /// <summary>Replaces the bytes that start at <paramref name="at"/>; the length never changes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Part of the range lies outside the store.</exception>
    void Write(long at, ReadOnlySpan<byte> from);
}
