using ImgShrink.Blocks;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Containers;

/// <summary>Writes to a file, and says in our own errors what the system refuses.</summary>
internal sealed class OutputWriter : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;

    private OutputWriter(string path, FileMode mode)
    {
        _path = path;
        try
        {
            _file = File.OpenHandle(path, mode, FileAccess.Write, FileShare.Read);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Explained(cause);
        }
    }

    /// <summary>
    /// Bytes the file is going to have, where that is known; for the message when the medium is full.
    /// </summary>
    public long? BytesNeeded { get; init; }

    public SafeFileHandle Handle => _file;

    /// <summary>Makes the file, or empties it.</summary>
    public static OutputWriter Create(string path, long? bytesNeeded = null) =>
        new(path, FileMode.Create) { BytesNeeded = bytesNeeded };

    public static OutputWriter OpenExisting(string path) => new(path, FileMode.Open);

    public void Write(long at, ReadOnlySpan<byte> from)
    {
        try
        {
            RandomAccess.Write(_file, from, at);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Explained(cause, at + from.Length);
        }
    }

    /// <summary>
    /// Makes the file as long as the image; where nothing is written it is a hole that reads as zeros.
    /// </summary>
    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(_file, length);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Explained(cause, length);
        }
    }

    /// <summary>Waits until the medium has the bytes.</summary>
    public void Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(_file);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Explained(cause);
        }
    }

    public void Dispose() => _file.Dispose();

    private ImgShrinkException Explained(Exception cause, long reached = 0)
    {
        if (!DiskFull.Says(cause))
            return new AccessException($"Cannot write {_path}: {cause.Message}", cause);
        Medium.Of(_path).ThrowIfTooLong(_path, reached);
        string needed = BytesNeeded is { } bytes ? $"{bytes} bytes are needed" : $"it has no room for byte {reached}";
        string folder = Path.GetDirectoryName(Path.GetFullPath(_path))!;
        return new NotEnoughSpaceException(
            $"{folder} cannot take the output: {needed}. Make room, or write to another disk. ({cause.Message})",
                cause);
    }
}
