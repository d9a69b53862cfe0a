using System.Collections.Concurrent;
using ImgShrink.Blocks;

namespace ImgShrink.Devices.Reading;

/// <summary>A drive as a source: reads of any place and length, and zeros where the medium gives nothing.</summary>
internal sealed class RescuedDrive(Drive drive, RescueLimits limits, CancellationToken closing) : IBlockSource, IDisposable
{
    private readonly Rescue _rescue = new(drive, limits, closing);
    private readonly ConcurrentBag<AlignedBuffer> _buffers = [];

    /// <inheritdoc/>
    public long Length => drive.Length;

    /// <summary>What could not be read so far; it was given as zeros.</summary>
    public RangeSet Unreadable => _rescue.Unreadable;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        if (into.Length == 0)
            return;
        AlignedBuffer buffer = _buffers.TryTake(out AlignedBuffer? free) ? free : new AlignedBuffer(TransferPieces.Largest);
        try
        {
            while (into.Length > 0)
            {
                long start = at / drive.SectorSize * drive.SectorSize;
                int skip = (int)(at - start);
                int count = Math.Min(into.Length, TransferPieces.Largest - skip);
                long end = (at + count + drive.SectorSize - 1) / drive.SectorSize * drive.SectorSize;
                Span<byte> sectors = buffer.Span[..(int)(end - start)];
                if (drive.Read(start, sectors) is DriveError error)
                    _rescue.Fill(start, sectors, error);
                sectors.Slice(skip, count).CopyTo(into);
                at += count;
                into = into[count..];
            }
        }
        finally
        {
            _buffers.Add(buffer);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_buffers.TryTake(out AlignedBuffer? buffer))
            buffer.Dispose();
        drive.Dispose();
    }
}
