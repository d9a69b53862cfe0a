using ImgShrink.Blocks;
using ImgShrink.Devices;
using ImgShrink.Devices.Listing;

namespace ImgShrink.Pipeline;

/// <summary>Which drives are never written.</summary>
internal static class WriteGuard
{
    /// <summary>The drive that a name means, if it may be written.</summary>
    /// <exception cref="AccessException">It is none, or one that must not be written.</exception>
    public static DriveFacts Require(string device, string source)
    {
        DriveFacts drive = Drives.Find(device) ?? throw NoDrive(device);
        Require(drive);
        bool isSource = Drives.IsDevice(source) ? Drives.Find(source)?.Path == drive.Path : Drives.HoldsFile(drive, source);
        return !isSource ? drive : throw new AccessException(
            $"{drive.Path} holds {source}, which is to be written to it. Copy it to another drive first.");
    }

    private static AccessException NoDrive(string device)
    {
        if (Drives.IsPart(device))
            return new AccessException($"{device} is a part of a drive; name the whole drive. 'imgshrink devices' lists them.");
        if (Drives.IsDevice(device))
        {
            Drives.OpenForReading(device).Dispose(); // Says what is the matter with it.
            return new AccessException($"{device} is none of the drives that 'imgshrink devices' lists, and only these are written.");
        }

        return new AccessException(File.Exists(device)
            ? $"{device} is a file, not a device. To make an image in a file there is 'imgshrink shrink'."
            : $"There is no device {device}. 'imgshrink devices' shows those that are there.");
    }

    /// <summary>Refuses drives that must not be written, whatever the image.</summary>
    internal static void Require(DriveFacts drive)
    {
        if (drive.SystemUse is { } use)
            throw new AccessException($"{drive.Path} is never written: this system needs it ({use}).");
        if (!drive.HasCard)
            throw new AccessException($"{drive.Path} cannot be written: there is no card in it.");
        if (drive.IsWriteProtected == true)
            throw new AccessException(
                $"{drive.Path} is write-protected. Slide the lock switch of the card away from LOCK, or try another adapter.");
    }
}
