using ImgShrink.Blocks;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Containers;

/// <summary>A file that is changed where it is. While it is open, no other run of ours can open it.</summary>
public sealed class DurableFile : IImageSource, IDurableStore
{
    private readonly SafeFileHandle _file;
    private readonly RawImageFile _reading;

    private DurableFile(string path, SafeFileHandle file)
    {
        (_file, _reading) = (file, new RawImageFile(path, file));
        Length = _reading.Length;
    }

    /// <inheritdoc/>
    public string Path => _reading.Path;

    /// <inheritdoc/>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public long BytesRead => _reading.BytesRead;

    /// <summary>Opens a file that exists.</summary>
    /// <exception cref="AccessException">It does not exist, may not be written, or is open elsewhere.</exception>
    public static DurableFile Open(string path) => new(path, Handle(path, FileMode.Open));

    /// <summary>Makes a file of zeros; none of that name may exist.</summary>
    /// <exception cref="AccessException">The folder takes no files.</exception>
    /// <exception cref="NotEnoughSpaceException">The medium has no room.</exception>
    public static DurableFile Create(string path, long length)
    {
        SafeFileHandle file = Handle(path, FileMode.CreateNew);
        try
        {
            Try(path, () => RandomAccess.SetLength(file, length));
            return new DurableFile(path, file);
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        _reading.Read(at, into);
    }

    /// <inheritdoc/>
    public RangeSet DataRanges() => _reading.DataRanges();

    /// <inheritdoc/>
    public void Write(long at, ReadOnlySpan<byte> from)
    {
        ByteRange.ThrowIfOutside(at, from.Length, Length);
        try
        {
            RandomAccess.Write(_file, from, at);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Explained(Path, cause);
        }
    }

    /// <inheritdoc/>
    public void Flush() => Try(Path, () => RandomAccess.FlushToDisk(_file));

    /// <inheritdoc/>
    public void SetLength(long length)
    {
        Try(Path, () => RandomAccess.SetLength(_file, length));
        Length = length;
    }

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();

    private static SafeFileHandle Handle(string path, FileMode mode)
    {
        try
        {
            return File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException(Directory.Exists(path)
                ? $"{path} is a folder; name an image file in it."
                : mode == FileMode.CreateNew
                    ? $"Cannot make {path}: {cause.Message}"
                    : $"Cannot open {path} to change it: {cause.Message}", cause);
        }
    }

    private static void Try(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Explained(path, cause);
        }
    }

    private static ImgShrinkException Explained(string path, Exception cause) => DiskFull.Says(cause)
        ? new NotEnoughSpaceException($"The disk of {path} is full. Make room on it. ({cause.Message})", cause)
        : new AccessException($"Cannot write {path}: {cause.Message}", cause);
}
