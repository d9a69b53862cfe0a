using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Devices;

namespace ImgShrink.Pipeline;

/// <summary>An image file that is open to be changed where it is; nobody else can open it meanwhile.</summary>
/// <remarks>A link is followed: it is the file that changes, and beside the file that the journal lies.</remarks>
internal sealed class InPlaceImage : IImageSource, IInPlaceFiles, IDisposable
{
    private readonly DurableFile _image;
    private DurableFile? _journal;

    private InPlaceImage(string path, DurableFile image) => (Path, _image) = (path, image);

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public long Length => _image.Length;

    /// <inheritdoc/>
    public long BytesRead => _image.BytesRead;

    IDurableStore IInPlaceFiles.Image => _image;

    /// <summary>Where the journal lies, or would.</summary>
    public string JournalPath => InPlaceJournal.PathOf(_image.Path);

    /// <summary>The image as the output of its own shrink.</summary>
    /// <exception cref="AccessException">It cannot be opened.</exception>
    /// <exception cref="UnsupportedImageException">It is none that can be changed where it is.</exception>
    public static OutputName OutputOf(ShrinkOptions options)
    {
        string source = options.Source;
        if (Drives.IsDevice(source))
            throw Refused($"{source} is a device");
        using (var file = new RawImageFile(source))
        {
            if (ImageKind.Of(file) is { IsRaw: false } kind)
                throw Refused($"{source} is a file of the kind {kind.Name}");
        }

        FileIdentity.RequireOneName(FileOf(source));
        return new OutputName(System.IO.Path.GetFullPath(source), ContainerFormats.ByName("raw")!);
    }

    /// <summary>Opens an image file that can be the output of its own shrink.</summary>
    /// <exception cref="AccessException">It is missing, may not be written, or is in use.</exception>
    public static InPlaceImage Open(string path) => new(path, DurableFile.Open(FileOf(path)));

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into) => _image.Read(at, into);

    /// <inheritdoc/>
    public RangeSet DataRanges() => _image.DataRanges();

    /// <inheritdoc/>
    public IDurableStore? OpenJournal() => File.Exists(JournalPath) ? _journal = DurableFile.Open(JournalPath) : null;

    /// <inheritdoc/>
    public IDurableStore CreateJournal(long length)
    {
        _journal = DurableFile.Create(JournalPath, length);
        FolderEntries.Flush(System.IO.Path.GetDirectoryName(JournalPath)!);
        return _journal;
    }

    /// <inheritdoc/>
    public void DeleteJournal()
    {
        _journal?.Dispose();
        _journal = null;
        try
        {
            File.Delete(JournalPath);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"Cannot delete {JournalPath}: {cause.Message}", cause);
        }

        FolderEntries.Flush(System.IO.Path.GetDirectoryName(JournalPath)!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal?.Dispose();
        _image.Dispose();
    }

    private static string FileOf(string path) => OutputName.Resolve(System.IO.Path.GetFullPath(path));

    private static UnsupportedImageException Refused(string what) =>
        new($"{what}, and only a raw image file (.img) can be shrunk in place. Leave --in-place off, and name an output.");
}
