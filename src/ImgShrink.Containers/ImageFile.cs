using ImgShrink.Blocks;
using ImgShrink.Containers.Unpacking;

namespace ImgShrink.Containers;

/// <summary>Opens image files of every kind that is taken; the kind is told by the content.</summary>
public static class ImageFile
{
    /// <summary>Opens the file at <paramref name="path"/>; what can be read from front to back only is unpacked first.</summary>
    /// <param name="path">The file.</param>
    /// <param name="unpacking">Where to unpack it, if it has to be.</param>
    /// <param name="cancel">Stops the unpacking.</param>
    /// <exception cref="AccessException">It does not exist, or may not be read.</exception>
    /// <exception cref="UnsupportedImageException">A kind of file that is not taken.</exception>
    /// <exception cref="CorruptImageException">It is damaged.</exception>
    /// <exception cref="NotEnoughSpaceException">It unpacks to more than there is room for.</exception>
    public static IImageSource Open(string path, UnpackOptions unpacking, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(unpacking);
        var file = new RawImageFile(path);
        try
        {
            return Open(file, unpacking, cancel);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static IImageSource Open(RawImageFile file, UnpackOptions unpacking, CancellationToken cancel)
    {
        ImageKind kind = ImageKind.Of(file);
        if (kind.Open is not null)
            return kind.Open(file);
        if (kind.Unpack is null)
            throw new UnsupportedImageException(kind.Refusal(file.Path));
        using PackedReader reader = kind.Unpack(file);
        return UnpackedImage.Unpack(file, reader, unpacking, cancel);
    }
}
