using ImgShrink.Blocks;
using ImgShrink.Containers.Deflate;
using ImgShrink.Containers.Unpacking;
using ImgShrink.Containers.VirtualDisks;
using ImgShrink.Containers.Xz;
using ImgShrink.Containers.Zip;
using ImgShrink.Containers.Zstd;

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
        switch (kind.Name)
        {
            case "raw": return file;
            case "fixed vhd": return new FixedVhd(file);
            case "vhd": return DynamicVhd.Open(file);
            case "vhdx": return Vhdx.Open(file);
        }

        using PackedReader reader = kind.Name switch
        {
            "zstd" => new ZstdReader(file),
            "xz" => new XzReader(file),
            "gzip" => new GzipReader(file),
            "bzip2" => new Bzip2Reader(file),
            "zip" => new ZipReader(file),
            _ => throw new UnsupportedImageException(kind.Refusal(file.Path)),
        };
        return UnpackedImage.Unpack(file, reader, unpacking, cancel);
    }
}
