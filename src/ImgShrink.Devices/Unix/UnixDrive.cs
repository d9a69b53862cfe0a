using System.Runtime.InteropServices;
using ImgShrink.Blocks;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Devices.Unix;

/// <summary>A block device of Linux or a raw disk of macOS.</summary>
internal sealed unsafe class UnixDrive : Drive
{
    private const nuint GetSize64 = 0x80081272; // BLKGETSIZE64
    private const nuint GetSectorSize = 0x1268; // BLKSSZGET
    private const nuint DiscardRange = 0x1277; // BLKDISCARD
    private const nuint ReadTable = 0x125F; // BLKRRPART
    private const int AdviseRandom = 1, AdviseDontNeed = 4; // POSIX_FADV_RANDOM, POSIX_FADV_DONTNEED

    private readonly SafeFileHandle _device;
    private bool _isWritten;

    private UnixDrive(string path, SafeFileHandle device, long length, int sectorSize)
        : base(path, length, sectorSize)
    {
        _device = device;
        // What is read is decided here, in large pieces; the kernel shall not add to it.
        if (OperatingSystem.IsLinux())
            _ = LibC.Advise(_device, 0, 0, AdviseRandom);
    }

    /// <summary>Opens a block device of Linux.</summary>
    /// <param name="path">As the user wrote it.</param>
    /// <param name="forWriting">For writing, it has to be held by nobody else.</param>
    /// <param name="alone">Whether to keep others from mounting it, which fails where it is mounted already.</param>
    /// <param name="drive">The drive; null where it cannot be opened.</param>
    /// <returns>Why not; null when it is open.</returns>
    public static DriveError? TryOpenLinux(string path, bool forWriting, bool alone, out UnixDrive? drive)
    {
        drive = null;
        SafeFileHandle device = LibC.Open(
            path, (forWriting ? LibC.ReadWrite : LibC.ReadOnly) | LibC.CloseOnExec | (alone ? LibC.Alone : 0));
        if (device.IsInvalid)
            return LastError();
        long length;
        int sectorSize;
        if (LibC.Control(device, GetSize64, &length) != 0 || LibC.Control(device, GetSectorSize, &sectorSize) != 0)
        {
            DriveError error = LastError();
            device.Dispose();
            return error;
        }

        drive = new UnixDrive(path, device, length, sectorSize);
        return null;
    }

    /// <summary>Opens a raw disk of macOS, whose size diskutil has told.</summary>
    public static DriveError? TryOpenMac(
        string path, string rawPath, long length, int sectorSize, bool forWriting, out UnixDrive? drive)
    {
        drive = null;
        SafeFileHandle device = LibC.Open(rawPath, (forWriting ? LibC.ReadWrite : LibC.ReadOnly) | LibC.CloseOnExec);
        if (device.IsInvalid)
            return LastError();
        drive = new UnixDrive(path, device, length, sectorSize);
        return null;
    }

    /// <inheritdoc/>
    public override DriveError? Flush()
    {
        if (LibC.Sync(_device) != 0)
            return LastError();
        if (OperatingSystem.IsLinux())
            _ = LibC.Advise(_device, 0, 0, AdviseDontNeed);
        return null;
    }

    /// <inheritdoc/>
    public override DriveError? Probe()
    {
        if (!OperatingSystem.IsLinux())
            return File.Exists(Path) ? null : DriveError.Of(DriveFault.Gone);
        long length;
        if (LibC.Control(_device, GetSize64, &length) != 0)
            return LastError();
        return length >= Length ? null : DriveError.Of(length == 0 ? DriveFault.NoCard : DriveFault.Gone);
    }

    /// <inheritdoc/>
    public override void Discard(ByteRange range)
    {
        ulong* bytes = stackalloc ulong[2] { (ulong)range.Start, (ulong)range.Length };
        if (OperatingSystem.IsLinux())
            _ = LibC.Control(_device, DiscardRange, bytes);
    }

    /// <inheritdoc/>
    protected override DriveError? ReadSectors(long at, Span<byte> into)
    {
        fixed (byte* start = into)
        {
            nint done = 0;
            while (done < into.Length)
            {
                nint count = LibC.Read(_device, start + done, into.Length - done, at + done);
                if (count < 0 && Marshal.GetLastPInvokeError() == LibC.Interrupted)
                    continue;
                if (count < 0)
                    return LastError();
                if (count == 0)
                    return DriveError.Of(DriveFault.Gone); // The device has become shorter than it was.
                done += count;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    protected override DriveError? WriteSectors(long at, ReadOnlySpan<byte> from)
    {
        _isWritten = true;
        fixed (byte* start = from)
        {
            nint done = 0;
            while (done < from.Length)
            {
                nint count = LibC.Write(_device, start + done, from.Length - done, at + done);
                if (count < 0 && Marshal.GetLastPInvokeError() == LibC.Interrupted)
                    continue;
                if (count < 0)
                    return LastError();
                done += count;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_isWritten && OperatingSystem.IsLinux() && !_device.IsClosed)
            _ = LibC.Control(_device, ReadTable, null); // The kernel learns of the new partitions.
        _device.Dispose();
        base.Dispose(disposing);
    }

    private static DriveError LastError() => DriveError.OfUnix(Marshal.GetLastPInvokeError());
}
