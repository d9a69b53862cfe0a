namespace ImgShrink.FileSystems;

/// <summary>A volume whose files can be looked at.</summary>
public interface IFileVolume : IVolume
{
    /// <summary>Opens the files.</summary>
    /// <exception cref="Blocks.UnsupportedImageException">The volume uses features that are not understood.</exception>
    /// <exception cref="Blocks.CorruptImageException">It is too damaged to find them.</exception>
    IFileTree OpenFiles();
}
