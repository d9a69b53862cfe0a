using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Devices.Windows;

/// <summary><c>\\.\PhysicalDriveN</c> of Windows.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsDrive : Drive
{
    private const uint UpdateProperties = 0x00070140; // IOCTL_DISK_UPDATE_PROPERTIES
    private const uint FailCriticalErrors = 1; // SEM_FAILCRITICALERRORS

    private readonly SafeFileHandle _device;
    private bool _isWritten;

    private WindowsDrive(string path, SafeFileHandle device, long length, int sectorSize)
        : base(path, length, sectorSize) => _device = device;

    /// <summary>Opens a drive.</summary>
    /// <param name="path">As the user wrote it.</param>
    /// <param name="devicePath"><c>\\.\PhysicalDriveN</c>.</param>
    /// <param name="forWriting">For writing, nobody else may write; volumes that hold it have to be locked first.</param>
    /// <param name="drive">The drive; null where it cannot be opened.</param>
    /// <returns>Why not; null when it is open.</returns>
    public static DriveError? TryOpen(string path, string devicePath, bool forWriting, out WindowsDrive? drive)
    {
        drive = null;
        _ = Win32.SetThreadErrorMode(FailCriticalErrors, out _);
        uint access = forWriting ? Win32.ReadingAndWriting : Win32.Reading;
        SafeFileHandle device = Win32.Open(devicePath, access, forWriting ? Win32.ShareReading : Win32.ShareAll, Win32.Unbuffered);
        if (device.IsInvalid && forWriting)
            device = Win32.Open(devicePath, access, Win32.ShareAll, Win32.Unbuffered);
        if (device.IsInvalid)
            return DriveError.OfWindows(Win32.LastError);
        if (DriveQueries.Size(device) is var (length, sectorSize))
        {
            drive = new WindowsDrive(path, device, length, sectorSize);
            return null;
        }

        DriveError why = DriveQueries.Medium(device) ?? DriveError.Of(DriveFault.NoCard);
        device.Dispose();
        return why;
    }

    /// <inheritdoc/>
    public override DriveError? Flush() =>
        Win32.FlushFileBuffers(_device) || Win32.LastError is Win32.InvalidFunction or Win32.NotSupported
            ? null
            : DriveError.OfWindows(Win32.LastError);

    /// <inheritdoc/>
    public override DriveError? Probe() => DriveQueries.Medium(_device);

    /// <inheritdoc/>
    protected override DriveError? ReadSectors(long at, Span<byte> into)
    {
        fixed (byte* start = into)
        {
            for (int done = 0; done < into.Length;)
            {
                if (Transfer(isWrite: false, start + done, into.Length - done, at + done, out int count) is { } error)
                    return error;
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
            for (int done = 0; done < from.Length;)
            {
                if (Transfer(isWrite: true, start + done, from.Length - done, at + done, out int count) is { } error)
                    return error;
                done += count;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_isWritten && !_device.IsClosed)
            _ = Win32.Control(_device, UpdateProperties); // Windows learns of the new partitions.
        _device.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>One request, with an event of its own, so that several can be under way.</summary>
    private DriveError? Transfer(bool isWrite, byte* bytes, int count, long at, out int done)
    {
        using var completed = new ManualResetEvent(initialState: false);
        NativeOverlapped place = default;
        place.OffsetLow = unchecked((int)at);
        place.OffsetHigh = (int)(at >> 32);
        place.EventHandle = completed.SafeWaitHandle.DangerousGetHandle();
        bool started = isWrite ? Win32.WriteFile(_device, bytes, count, null, &place)
            : Win32.ReadFile(_device, bytes, count, null, &place);
        done = 0;
        if (!started && Win32.LastError != Win32.Pending)
            return DriveError.OfWindows(Win32.LastError);
        if (!Win32.GetOverlappedResult(_device, &place, out done, wait: true))
            return DriveError.OfWindows(Win32.LastError);
        return done > 0 ? null : DriveError.Of(DriveFault.End);
    }
}
