using System.Buffers;
using ImgShrink.Blocks;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Containers;

/// <summary>Writes to a file, and says in our own errors what the system refuses.</summary>
/// <remarks>
/// What is written goes on to the medium while more is being made; left to the system, most of it would wait for the flush
/// at the end. Not for several threads at once.
/// </remarks>
internal sealed class OutputWriter : IDisposable
{
    // Little enough for a slow medium to take within a second or two, which is how long an interrupted job waits for it.
    private const long FlushEvery = 32 << 20;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly long _heldBytes; // What a run before this one has left.
    private long _end; // Behind everything that belongs to the file.
    private Task _flushing = Task.CompletedTask;
    private long _unflushed; // Bytes written since the last flush began.

    private OutputWriter(string path, FileMode mode, bool goesOn = false)
    {
        _path = path;
        try
        {
            _file = File.OpenHandle(path, mode, goesOn ? FileAccess.ReadWrite : FileAccess.Write, FileShare.Read);
            _heldBytes = goesOn ? RandomAccess.GetLength(_file) : 0;
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

    /// <summary>Makes the file, or empties it; or goes over what it holds already, and writes what is not there.</summary>
    public static OutputWriter Create(string path, bool goesOn = false, long? bytesNeeded = null)
    {
        var file = new OutputWriter(path, FileMode.OpenOrCreate, goesOn) { BytesNeeded = bytesNeeded };
        // Linux writes a file that was emptied to the medium when it is closed, and lets nothing run beside.
        if (!goesOn && RandomAccess.GetLength(file._file) > 0)
            file.SetLength(0);
        return file;
    }

    public static OutputWriter OpenExisting(string path) => new(path, FileMode.Open);

    /// <summary>Whether a run before this one may have left something there, so that zeros have to be written too.</summary>
    public bool MayHold(long at) => at < _heldBytes;

    public void Write(long at, ReadOnlySpan<byte> from)
    {
        _end = Math.Max(_end, at + from.Length);
        if (Holds(at, from))
            return;
        try
        {
            RandomAccess.Write(_file, from, at);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Explained(cause, at + from.Length);
        }

        _unflushed += from.Length;
        if (_unflushed >= FlushEvery && _flushing.IsCompleted)
        {
            ThrowIfLost();
            _flushing = Task.Run(FlushNow);
            _unflushed = 0;
        }
    }

    /// <summary>
    /// Makes the file as long as the image; where nothing is written it is a hole that reads as zeros.
    /// </summary>
    public void SetLength(long length)
    {
        _end = length;
        try
        {
            RandomAccess.SetLength(_file, length);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Explained(cause, length);
        }
    }

    /// <summary>Waits until the medium has the bytes; a file that is complete needs it.</summary>
    public void Flush()
    {
        ThrowIfLost();
        if (_heldBytes > _end)
            SetLength(_end);
        FlushNow();
    }

    public void Dispose()
    {
        ((IAsyncResult)_flushing).AsyncWaitHandle.WaitOne();
        _file.Dispose();
    }

    private bool Holds(long at, ReadOnlySpan<byte> bytes)
    {
        if (_heldBytes == 0 || at + bytes.Length > _heldBytes)
            return false;
        byte[] held = ArrayPool<byte>.Shared.Rent(bytes.Length);
        try
        {
            return RandomAccess.Read(_file, held.AsSpan(0, bytes.Length), at) == bytes.Length
                && bytes.SequenceEqual(held.AsSpan(0, bytes.Length));
        }
        catch (IOException cause)
        {
            throw Explained(cause);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(held);
        }
    }

    // A system tells only once that it could not write.
    private void ThrowIfLost() => _flushing.GetAwaiter().GetResult();

    private void FlushNow()
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
