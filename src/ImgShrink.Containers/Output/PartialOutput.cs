using ImgShrink.Blocks;
using ImgShrink.Containers.Unpacking;

namespace ImgShrink.Containers;

/// <summary>What there is of an output whose writing was stopped: the beginning of an image, from front to back.</summary>
/// <remarks>
/// Nothing says that it is right, and after a power cut it may not be: whoever uses it has checksums. The file may be written
/// meanwhile. Not for several threads at once.
/// </remarks>
public sealed class PartialOutput : IDisposable
{
    private readonly RawImageFile _file;
    private readonly PackedReader _reader;
    private bool _ended;

    private PartialOutput(RawImageFile file, PackedReader reader) => (_file, _reader) = (file, reader);

    /// <summary>Opens the unfinished file of an output; null where there is none.</summary>
    /// <param name="format">The output's format.</param>
    /// <param name="path">The output's final name.</param>
    /// <param name="imageBytes">Length of the image.</param>
    /// <param name="options">Those that it was written with.</param>
    /// <exception cref="AccessException">It may not be read.</exception>
    public static PartialOutput? Open(IContainer format, string path, long imageBytes, ContainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(options);
        string partial = OutputFile.KeptPathOf(path);
        if (!File.Exists(partial))
            return null;
        options = options with { ImageName = options.ImageName ?? ContainerFormats.ImageNameOf(path) };
        try
        {
            var file = new RawImageFile(partial, File.OpenHandle(
                partial, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return new PartialOutput(file, format.ReadPartial(file, imageBytes, options));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"Cannot read {partial}: {cause.Message}", cause);
        }
    }

    /// <summary>Fills <paramref name="into"/> with the next bytes of the image; false where the file does not have them all.</summary>
    public bool TryRead(Span<byte> into)
    {
        try
        {
            _ended = _ended || _reader.Read(into) < into.Length;
        }
        catch (CorruptImageException)
        {
            _ended = true; // The file ends here, or what a power cut has left does.
        }

        return !_ended;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _file.Dispose();
    }
}
