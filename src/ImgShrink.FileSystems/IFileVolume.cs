using ImgShrink.Blocks;

namespace ImgShrink.FileSystems;

/// <summary>A volume whose files can be looked at.</summary>
public interface IFileVolume : IVolume
{
    /// <summary>Opens the files.</summary>
    /// <exception cref="UnsupportedImageException">The volume uses features that are not understood.</exception>
    /// <exception cref="CorruptImageException">It is too damaged to find them.</exception>
    IFileTree OpenFiles();

    /// <summary>Paths of the files of which something lies in ranges of the volume; none where it is too damaged to tell.</summary>
    /// <param name="ranges">Bytes from the start of the volume.</param>
    /// <param name="cancel">Ends the search.</param>
    IReadOnlyList<string> FilesIn(RangeSet ranges, CancellationToken cancel = default);
}
