namespace ImgShrink.Blocks;

/// <summary>What a job reads: an image file, what a packed image unpacks to, or a drive.</summary>
/// <remarks>It is opened for reading only, and whoever opened it disposes of it.</remarks>
public interface IImageSource : IBlockSource, IKnowsHoles, IDisposable
{
    /// <summary>What the user called it; for messages and reports.</summary>
    string Path { get; }

    /// <summary>Bytes asked of the medium so far, those asked twice counted twice.</summary>
    long BytesRead { get; }
}
