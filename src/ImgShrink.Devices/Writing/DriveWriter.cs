using System.Security.Cryptography;
using ImgShrink.Blocks;

namespace ImgShrink.Devices.Writing;

/// <summary>Writes an image to a drive, and reads it back.</summary>
/// <remarks>
/// The first megabyte comes last, when everything else has been proven: until then the drive has no partition table, the
/// system leaves it alone, and one whose writing was interrupted is plainly empty.
/// </remarks>
public sealed class DriveWriter
{
    private const int HeadBytes = 1 << 20;
    private const int Tries = 3;

    private readonly Drive _drive;
    private readonly TargetView _image;
    private readonly TimeSpan _pause;
    private readonly List<(ByteRange Piece, byte[] Hash)> _written = [];

    /// <summary>Prepares; nothing is written yet.</summary>
    /// <param name="drive">Open for writing.</param>
    /// <param name="image">At most as long as the drive.</param>
    /// <param name="pause">How long to wait before a request that failed is sent again; a second where it is null.</param>
    public DriveWriter(Drive drive, TargetView image, TimeSpan? pause = null)
    {
        ArgumentNullException.ThrowIfNull(drive);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(image.Length, drive.Length);
        (_drive, _image, _pause) = (drive, image, pause ?? TimeSpan.FromSeconds(1));
        BodyBytes = Body().Sum(piece => piece.Length);
    }

    /// <summary>Bytes that are written between the empty head and the true one.</summary>
    public long BodyBytes { get; }

    private int HeadLength => (int)Math.Min(HeadBytes, _drive.Length);

    /// <summary>Takes away what would be found there otherwise: the head, with its table, and the end, with the backup's.</summary>
    public void Clear()
    {
        _drive.Discard(new ByteRange(0, _drive.Length));
        using var zeros = new AlignedBuffer(HeadLength);
        zeros.Span.Clear();
        Send(0, zeros, HeadLength);
        Send(_drive.Length - HeadLength, zeros, HeadLength);
        Flush();
    }

    /// <summary>Writes everything but the head; a piece is read while the one before is written.</summary>
    public void WriteBody(IProgress<long>? bytesDone, CancellationToken cancel)
    {
        using AlignedBuffer first = new(TransferPieces.Largest), second = new(TransferPieces.Largest);
        var (filling, other) = (first, second);
        Task sending = Task.CompletedTask;
        long done = 0;
        try
        {
            foreach (ByteRange piece in Body())
            {
                cancel.ThrowIfCancellationRequested();
                Fill(piece, filling);
                _written.Add((piece, SHA256.HashData(filling.Span[..(int)piece.Length])));
                sending.GetAwaiter().GetResult();
                AlignedBuffer full = filling;
                sending = Task.Run(() => Send(piece.Start, full, (int)piece.Length), CancellationToken.None);
                (filling, other) = (other, filling);
                bytesDone?.Report(done += piece.Length);
            }
        }
        finally
        {
            Task.WaitAny([sending], CancellationToken.None); // The buffers may go only when nobody uses them.
        }

        sending.GetAwaiter().GetResult();
        Flush();
    }

    /// <summary>Reads everything but the head back, and compares.</summary>
    /// <exception cref="VerificationException">The drive gives something else than it was given.</exception>
    public void VerifyBody(IProgress<long>? bytesDone, CancellationToken cancel)
    {
        using var buffer = new AlignedBuffer(TransferPieces.Largest);
        long done = 0;
        foreach (var (piece, hash) in _written)
        {
            cancel.ThrowIfCancellationRequested();
            Span<byte> bytes = buffer.Span[..(int)piece.Length];
            if (_drive.Read(piece.Start, bytes) is DriveError error)
                throw error.Explained(_drive.Path, DriveVerb.Read, piece.Start);
            if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(hash))
                throw Differs(piece.Start);
            bytesDone?.Report(done += piece.Length);
        }
    }

    /// <summary>Writes the first megabyte, and reads it back where that is wanted.</summary>
    public void WriteHead(bool verify)
    {
        using AlignedBuffer head = new(HeadLength), found = new(HeadLength);
        Fill(new ByteRange(0, HeadLength), head);
        Send(0, head, HeadLength);
        Flush();
        if (!verify)
            return;
        if (_drive.Read(0, found.Span) is DriveError error)
            throw error.Explained(_drive.Path, DriveVerb.Read, 0);
        if (!found.Span.SequenceEqual(head.Span))
            throw Differs(0);
    }

    private VerificationException Differs(long at) => new(
        $"{_drive.Path} does not give back what was written at byte {at}. The card is worn out, or has less memory than it says. Use another one.");

    /// <summary>What is claimed behind the head, in whole sectors of the drive.</summary>
    private IEnumerable<ByteRange> Body()
    {
        var ranges = new RangeSet();
        foreach (ByteRange range in _image.Claimed.Ranges())
        {
            long start = Math.Max(HeadLength, range.Start / _drive.SectorSize * _drive.SectorSize);
            long end = Math.Min(_drive.Length, (range.End + _drive.SectorSize - 1) / _drive.SectorSize * _drive.SectorSize);
            ranges.Add(ByteRange.Between(start, end));
        }

        return TransferPieces.Of(ranges, _drive.Length);
    }

    private void Fill(ByteRange piece, AlignedBuffer buffer)
    {
        Span<byte> bytes = buffer.Span[..(int)piece.Length];
        int inside = (int)Math.Clamp(_image.Length - piece.Start, 0, bytes.Length);
        _image.Bytes.Read(piece.Start, bytes[..inside]);
        bytes[inside..].Clear();
    }

    private void Send(long at, AlignedBuffer buffer, int count)
    {
        for (int left = Tries; ; left--)
        {
            if (_drive.Write(at, buffer.Span[..count]) is not DriveError error)
                return;
            if (left == 1 || error.Fault is not (DriveFault.BadSector or DriveFault.Hiccup or DriveFault.Busy)
                || _drive.Probe() is not null)
                throw error.Explained(_drive.Path, DriveVerb.Write, at);
            Thread.Sleep(_pause);
        }
    }

    private void Flush()
    {
        if (_drive.Flush() is DriveError error)
            throw error.Explained(_drive.Path, DriveVerb.Write);
    }
}
