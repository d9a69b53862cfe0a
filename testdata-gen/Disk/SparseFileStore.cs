using System.Runtime.InteropServices;
using ImgShrink.Blocks;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.SampleCards.Disk;

/// <summary>A new image file of a fixed length that takes room only where something was written.</summary>
public sealed partial class SparseFileStore : IBlockStore, IDisposable
{
    private const uint SetSparse = 0x000900C4; // FSCTL_SET_SPARSE

    private readonly SafeFileHandle _file;

    /// <summary>Creates the file, or empties the one that is there.</summary>
    /// <param name="path">Where; its folder must exist.</param>
    /// <param name="length">Bytes, all of which read as zero at first.</param>
    /// <exception cref="AccessException">The file cannot be made.</exception>
    public SparseFileStore(string path, long length)
    {
        try
        {
            _file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"Cannot create {path}: {cause.Message}", cause);
        }

        // Where the file system cannot do it the image is as good, only larger: so the answer does not matter.
        if (OperatingSystem.IsWindows())
            Control(_file, SetSparse, 0, 0, 0, 0, out _, 0);
        RandomAccess.SetLength(_file, length);
        Length = length;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ThrowIfOutside(at, into.Length);
        while (into.Length > 0)
        {
            int count = RandomAccess.Read(_file, into, at);
            if (count == 0)
                throw new AccessException($"The sample image ended at byte {at}: something else cut it short.");
            at += count;
            into = into[count..];
        }
    }

    /// <inheritdoc/>
    public void Write(long at, ReadOnlySpan<byte> from)
    {
        ThrowIfOutside(at, from.Length);
        RandomAccess.Write(_file, from, at);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void ThrowIfOutside(long at, int count)
    {
        if (at < 0 || at > Length - count)
            throw new ArgumentOutOfRangeException(nameof(at), $"Bytes {at}..{at + count} are outside of 0..{Length}.");
    }

    [LibraryImport("kernel32.dll", EntryPoint = "DeviceIoControl", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Control(
        SafeFileHandle file, uint code, nint input, int inputBytes, nint output, int outputBytes, out int returned,
            nint overlapped);
}
