using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ImgShrink.Blocks;

namespace ImgShrink.Devices;

/// <summary>A whole drive, read and written in whole sectors.</summary>
/// <remarks>
/// <para>Drives refuse what is not aligned, some systems silently accept it, and files in the place of drives always do. So
/// it is checked here, for every kind: place and length are multiples of <see cref="SectorSize"/>, the buffer begins at one
/// too (<see cref="AlignedBuffer"/>), and nothing lies behind the end.</para>
/// <para>Failures of the medium are results, not exceptions: the one who asked decides whether to try again, to leave a
/// hole, or to give up. Requests may come from several threads at once.</para>
/// </remarks>
public abstract class Drive : IDisposable
{
    private long _bytesRead;
    private long _bytesWritten;

    /// <summary>A drive of known size.</summary>
    /// <param name="path">What the user called it.</param>
    /// <param name="length">Bytes; what exceeds whole sectors is not there.</param>
    /// <param name="sectorSize">Bytes in a sector: 512 or 4096.</param>
    protected Drive(string path, long length, int sectorSize)
    {
        if (sectorSize is < 512 or > AlignedBuffer.Alignment || !System.Numerics.BitOperations.IsPow2(sectorSize))
            throw new UnsupportedImageException($"{path} has sectors of {sectorSize} bytes; 512 and 4096 can be handled.");
        (Path, Length, SectorSize) = (path, length / sectorSize * sectorSize, sectorSize);
    }

    /// <summary>What the user called it.</summary>
    public string Path { get; }

    /// <summary>Bytes, a multiple of <see cref="SectorSize"/>.</summary>
    public long Length { get; }

    /// <summary>Bytes in a sector.</summary>
    public int SectorSize { get; }

    /// <summary>Bytes asked of the drive so far, whether it gave them or not.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Bytes sent to the drive so far.</summary>
    public long BytesWritten => Interlocked.Read(ref _bytesWritten);

    /// <summary>Fills <paramref name="into"/> completely; null when that was done.</summary>
    /// <exception cref="ArgumentException">The request is not one that a drive can take.</exception>
    public DriveError? Read(long at, Span<byte> into)
    {
        ThrowUnlessSectors(at, into);
        Interlocked.Add(ref _bytesRead, into.Length);
        return ReadSectors(at, into);
    }

    /// <summary>Replaces sectors; null when that was done.</summary>
    /// <exception cref="ArgumentException">The request is not one that a drive can take.</exception>
    public DriveError? Write(long at, ReadOnlySpan<byte> from)
    {
        ThrowUnlessSectors(at, from);
        Interlocked.Add(ref _bytesWritten, from.Length);
        return WriteSectors(at, from);
    }

    /// <summary>Brings everything to the medium, and forgets what was kept in memory of it.</summary>
    public abstract DriveError? Flush();

    /// <summary>Whether the drive still answers: null when it does.</summary>
    public abstract DriveError? Probe();

    /// <summary>Tells the drive that a range is not needed; whatever it then reads as, nothing relies on it.</summary>
    public virtual void Discard(ByteRange range)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads sectors that are known to be there.</summary>
    protected abstract DriveError? ReadSectors(long at, Span<byte> into);

    /// <summary>Writes sectors that are known to be there.</summary>
    protected abstract DriveError? WriteSectors(long at, ReadOnlySpan<byte> from);

    /// <summary>Closes the drive.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private unsafe void ThrowUnlessSectors(long at, ReadOnlySpan<byte> buffer)
    {
        if (at < 0 || at > Length - buffer.Length)
            throw new ArgumentOutOfRangeException(nameof(at), $"{buffer.Length} bytes from {at} on are outside of 0..{Length}.");
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(buffer));
        if (at % SectorSize != 0 || buffer.Length % SectorSize != 0 || address % SectorSize != 0)
            throw new ArgumentException(
                $"{buffer.Length} bytes from {at} on, in memory at {address}, are not whole sectors of {SectorSize}.", nameof(at));
    }
}
