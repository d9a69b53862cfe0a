using System.Runtime.Versioning;
using ImgShrink.Devices.Listing;
using ImgShrink.Devices.Windows;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Devices.Holding;

/// <summary>Locks on volumes of Windows; each lasts as long as its handle.</summary>
/// <remarks>
/// Windows refuses to write sectors of a mounted volume through the drive. A lock fails while anybody has a file open; with
/// it the volume can be dismounted, and nobody mounts it again before the handle is closed.
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed class WindowsLocks : IDisposable
{
    private const uint LockVolume = 0x00090018; // FSCTL_LOCK_VOLUME
    private const uint DismountVolume = 0x00090020; // FSCTL_DISMOUNT_VOLUME
    private const uint AllowExtendedIo = 0x00090083; // FSCTL_ALLOW_EXTENDED_DASD_IO

    private readonly List<SafeFileHandle> _volumes = [];
    private readonly List<DriveVolume> _failed = [];

    private WindowsLocks()
    {
    }

    /// <summary>Volumes that somebody else uses.</summary>
    public IReadOnlyList<DriveVolume> Failed => _failed;

    /// <summary>Locks every volume of a drive, and takes it off for writing.</summary>
    public static WindowsLocks Take(DriveFacts drive, bool forWriting, Backoff backoff)
    {
        var locks = new WindowsLocks();
        foreach (DriveVolume volume in drive.Volumes)
        {
            SafeFileHandle handle = Win32.Open(
                volume.Device, forWriting ? Win32.ReadingAndWriting : Win32.Reading, Win32.ShareAll);
            if (!handle.IsInvalid && backoff.Try(() => Win32.Control(handle, LockVolume)))
            {
                locks._volumes.Add(handle);
                if (forWriting)
                {
                    _ = Win32.Control(handle, AllowExtendedIo);
                    _ = Win32.Control(handle, DismountVolume);
                }
            }
            else
            {
                handle.Dispose();
                locks._failed.Add(volume);
            }
        }

        return locks;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafeFileHandle volume in _volumes)
            volume.Dispose();
    }
}
