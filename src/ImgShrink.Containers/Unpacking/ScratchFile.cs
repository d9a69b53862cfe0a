using ImgShrink.Blocks;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Containers.Unpacking;

/// <summary>A sparse file that is gone when it is closed, however the program ends.</summary>
/// <remarks>
/// On Unix it has no name from the start where the file system allows that; Windows deletes it with its last handle. What a
/// power cut, or a file system without either, leaves behind is removed by the next run that uses the same folder:
/// a file that nobody holds a lock on.
/// </remarks>
internal sealed class ScratchFile : IDisposable
{
    /// <summary>Bytes of the medium that are left free, for everybody else on it.</summary>
    public const long Spare = 256 << 20;

    private const string Names = "imgshrink-*.scratch";

    private readonly SafeFileHandle _file;
    private readonly string _folder;
    private readonly string _purpose;
    private readonly long _room;
    private long _written;

    private ScratchFile(SafeFileHandle file, string folder, string purpose, long room) =>
        (_file, _folder, _purpose, _room) = (file, folder, purpose, room);

    /// <summary>Makes an empty file.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="purpose">What needs it, for messages: "Unpacking card.img.zst".</param>
    /// <param name="room">The most bytes to write; null for what is free, less <see cref="Spare"/>.</param>
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
    /// <exception cref="NotEnoughSpaceException">The medium has no room for them.</exception>
    /// <exception cref="AccessException">The medium failed.</exception>
    public void Write(long at, ReadOnlySpan<byte> from)
    {
        _written += from.Length;
        if (_written > _room)
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

    public void Dispose() => _file.Dispose();

    private static string Advice =>
        $"Make room there, or choose another disk: by the output's name, or by {(OperatingSystem.IsWindows() ? "TEMP" : "TMPDIR")} where there is no output.";

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
