using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Devices;
using ImgShrink.Devices.Reading;

namespace ImgShrink.Pipeline;

/// <summary>Opens what the user named as a source, whatever kind of file it is.</summary>
public static class SourceOpening
{
    /// <summary>Opens the source at <paramref name="path"/>; its kind is told by its content.</summary>
    /// <exception cref="AccessException">It does not exist, or may not be read.</exception>
    /// <exception cref="UnsupportedImageException">A kind of file that is not handled.</exception>
    public static IImageSource Open(string path)
    {
        if (Drives.IsDevice(path))
            return new DriveSource(Drives.OpenForReading(path));
        var file = new RawImageFile(path);
        try
        {
            ImageKind kind = ImageKind.Of(file);
            return kind.IsRaw ? file : throw new UnsupportedImageException(
                $"{path} is not a raw image but a {kind.Name} file. {kind.Advice}.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
