namespace ImgShrink.Blocks;

/// <summary>A store on a medium that outlives the program: a file.</summary>
/// <remarks>
/// Until <see cref="Flush"/> has returned, a power cut may leave any part of what was written since the last one, in any order.
/// </remarks>
public interface IDurableStore : IBlockStore
{
    /// <summary>Returns when everything written so far is on the medium, and the length with it.</summary>
    /// <exception cref="AccessException">The medium failed.</exception>
    void Flush();

    /// <summary>
    /// Makes the store longer, by zeros, or cuts it off. Views of it that were made before keep their length and may not be
    /// read behind the new end.
    /// </summary>
    /// <param name="length">Bytes, 0 or more.</param>
    /// <exception cref="AccessException">The medium failed.</exception>
    /// <exception cref="NotEnoughSpaceException">It has no room.</exception>
    void SetLength(long length);
}
