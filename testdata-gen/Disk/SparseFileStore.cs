using ImgShrink.Blocks;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.SampleCards.Disk;

/// <summary>A new image file of a fixed length that takes room only where something was written.</summary>
public sealed class SparseFileStore : IBlockStore, IDisposable
{
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

        SparseFile.Allow(_file);
        RandomAccess.SetLength(_file, length);
        Length = length;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
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
        ByteRange.ThrowIfOutside(at, from.Length, Length);
        RandomAccess.Write(_file, from, at);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
