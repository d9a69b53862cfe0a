using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Blocks;

/// <summary>A sparse file that is gone when it is closed, however the program ends.</summary>
/// <remarks>
/// On Unix it has no name from the start where the file system allows that; Windows deletes it with its last handle. What a
/// power cut, or a file system without either, leaves behind is removed by the next run that uses the same folder:
/// a file that nobody holds a lock on.
/// </remarks>
public sealed class ScratchFile : IDisposable
{
    /// <summary>Bytes of the medium that are left free, for everybody else on it.</summary>
    public const long Spare = 256 << 20;

    private const string Names = "imgshrink-*.scratch";

    private readonly SafeFileHandle _file;
    private readonly string _folder;
    private readonly string _purpose;
    private readonly long _room;
    private long _end; // Behind everything written so far.
    private long _used; // Bytes of the medium.

    private ScratchFile(SafeFileHandle file, string folder, string purpose, long room) =>
        (_file, _folder, _purpose, _room) = (file, folder, purpose, room);

    /// <summary>The folder for large files that nobody keeps: TEMP, TMPDIR, or /var/tmp, which is on a disk.</summary>
    public static string UsualFolder => !OperatingSystem.IsWindows()
        && Environment.GetEnvironmentVariable("TMPDIR") is null or "" && Directory.Exists("/var/tmp")
            ? "/var/tmp" : Path.GetTempPath();

    /// <summary>Makes an empty file.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="purpose">What needs it, for messages: "Unpacking card.img.zst".</param>
    /// <param name="room">The most bytes to take; null for what is free, less <see cref="Spare"/>.</param>
    /// <exception cref="AccessException">The folder takes no files.</exception>
    public static ScratchFile Create(string folder, string purpose, long? room = null)
    {
        if (Directory.Exists(folder))
            AbandonedFiles.Remove(folder, Names);
        string path = Path.Combine(folder, Names.Replace("*", $"{Guid.NewGuid():N}", StringComparison.Ordinal));
        try
        {
            SafeFileHandle file = File.OpenHandle(
                path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
            SparseFile.Allow(file);
            if (!OperatingSystem.IsWindows())
                Unname(path);
            return new ScratchFile(file, folder, purpose, room ?? FreeSpace.Of(folder) - Spare ?? long.MaxValue);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"{purpose} needs a scratch file, and {folder} takes none: {cause.Message}", cause);
        }
    }

    /// <summary>Replaces the bytes that start at <paramref name="at"/>; what is never written reads as zeros.</summary>
    /// <remarks>Not for several threads at once. Takes room for what lies behind everything before it; holes stay holes.</remarks>
    /// <exception cref="NotEnoughSpaceException">The medium has no room for them.</exception>
    /// <exception cref="AccessException">The medium failed.</exception>
    public void Write(long at, ReadOnlySpan<byte> from)
    {
        long end = at + from.Length;
        _used += Math.Max(0, end - Math.Max(at, _end));
        _end = Math.Max(_end, end);
        if (_used > _room)
            throw new NotEnoughSpaceException(
                $"{_purpose} takes more than the {Math.Max(0, _room)} bytes that may be used in {_folder}. {Advice}");
        try
        {
            RandomAccess.Write(_file, from, at);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Explained(cause);
        }
    }

    /// <summary>Gives the file its length; a file system without holes finds out here whether it has the room.</summary>
    /// <exception cref="NotEnoughSpaceException">It has not.</exception>
    /// <exception cref="AccessException">The medium failed.</exception>
    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(_file, length);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Explained(cause);
        }
    }

    /// <summary>Fills <paramref name="into"/> with bytes inside of the file's length.</summary>
    /// <exception cref="AccessException">The medium failed.</exception>
    public void Read(long at, Span<byte> into)
    {
        try
        {
            while (into.Length > 0)
            {
                int count = RandomAccess.Read(_file, into, at);
                if (count == 0)
                    throw new IOException($"it ends at byte {at}.");
                at += count;
                into = into[count..];
            }
        }
        catch (IOException cause)
        {
            throw new AccessException($"Reading the scratch file in {_folder} failed: {cause.Message}", cause);
        }
    }

    /// <summary>Closes the file, which deletes it.</summary>
    public void Dispose() => _file.Dispose();

    private string Advice => _folder != UsualFolder ? "Make room there, or write the output to another disk."
        : $"Make room there, or choose another disk by {(OperatingSystem.IsWindows() ? "TEMP" : "TMPDIR")}.";

    private ImgShrinkException Explained(Exception cause) => DiskFull.Says(cause)
        ? new NotEnoughSpaceException($"{_purpose} takes more room than {_folder} has. {Advice}", cause)
        : new AccessException($"Writing the scratch file in {_folder} failed: {cause.Message}", cause);

    private static void Unname(string path)
    {
        try
        {
            File.Delete(path); // A file without a name lives until it is closed.
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // Some network file systems refuse that for an open file; then it goes when it is closed.
        }
    }
}
