using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Blocks;

/// <summary>A raw image in a file, opened for reading only; it knows the holes of a sparse file.</summary>
/// <remarks>
/// Other programs may read the file meanwhile, and may not write it (where the system enforces that).
/// </remarks>
public sealed partial class RawImageFile : IImageSource
{
    private readonly SafeFileHandle _file;
    private long _bytesRead;

    /// <summary>Opens the file at <paramref name="path"/>.</summary>
    /// <exception cref="AccessException">It does not exist, is a folder, or may not be read.</exception>
    public RawImageFile(string path)
        : this(path, Open(path))
    {
    }

    /// <summary>Takes over a file that is open; it is closed with the source.</summary>
    /// <param name="path">What it is called.</param>
    /// <param name="file">The file, open for reading.</param>
    /// <exception cref="AccessException">It has no length, as a pipe has none.</exception>
    public RawImageFile(string path, SafeFileHandle file)
    {
        ArgumentNullException.ThrowIfNull(file);
        (Path, _file) = (path, file);
        try
        {
            Length = RandomAccess.GetLength(_file);
        }
        catch (NotSupportedException cause)
        {
            _file.Dispose();
            throw new AccessException(
                $"{path} is not a file or a device that can be read at any place; save its content in a file first.",
                    cause);
        }
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        Interlocked.Add(ref _bytesRead, into.Length);
        while (into.Length > 0)
        {
            int count = ReadSome(at, into);
            at += count;
            into = into[count..];
        }
    }

    /// <inheritdoc/>
    public RangeSet DataRanges() => (OperatingSystem.IsWindows() ? DataRangesOnWindows() : DataRangesOnUnix())
        ?? RangeSet.Of(new ByteRange(0, Length));

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException(Directory.Exists(path)
                ? $"{path} is a folder; name an image file in it."
                : $"Cannot open {path}: {cause.Message}", cause);
        }
    }

    private int ReadSome(long at, Span<byte> into)
    {
        int count;
        try
        {
            count = RandomAccess.Read(_file, into, at);
        }
        catch (IOException cause)
        {
            throw new AccessException($"Reading {Path} at byte {at} failed: {cause.Message}", cause);
        }

        return count > 0 ? count : throw new AccessException(
            $"{Path} ended at byte {at}, while it was being read: it had {Length} bytes.");
    }
}
