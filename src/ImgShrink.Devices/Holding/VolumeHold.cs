using ImgShrink.Blocks;
using ImgShrink.Devices.Listing;

namespace ImgShrink.Devices.Holding;

/// <summary>Keeps the system away from the volumes of a drive while it is read or written.</summary>
/// <remarks>Until it is disposed of. Drives of Linux are held by being open (O_EXCL); there is nothing more to hold.</remarks>
public sealed class VolumeHold : IDisposable
{
    private readonly IDisposable? _locks;

    private VolumeHold(IDisposable? locks, IReadOnlyList<string> notes) => (_locks, Notes) = (locks, notes);

    /// <summary>What could not be held, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Holds what can be held, so that the image shows one moment; what cannot is told in <see cref="Notes"/>.</summary>
    public static VolumeHold ForReading(DriveFacts drive)
    {
        ArgumentNullException.ThrowIfNull(drive);
        if (OperatingSystem.IsWindows())
        {
            WindowsLocks locks = WindowsLocks.Take(drive, forWriting: false, Backoff.None);
            return new VolumeHold(locks, [.. locks.Failed.Select(volume => NoteOf(volume.Name))]);
        }

        IEnumerable<string> places = OperatingSystem.IsLinux() ? LinuxUnmount.WritableMounts(drive)
            : drive.Volumes.SelectMany(volume => volume.MountPoints);
        return new VolumeHold(null, [.. places.Select(NoteOf)]);
    }

    /// <summary>Takes every volume of a drive away from the system, again and again for some seconds where one is in use.</summary>
    /// <exception cref="AccessException">One stays in use; the message says by what, as far as that can be told.</exception>
    public static VolumeHold ForWriting(DriveFacts drive)
    {
        ArgumentNullException.ThrowIfNull(drive);
        if (OperatingSystem.IsWindows())
        {
            WindowsLocks locks = WindowsLocks.Take(drive, forWriting: true, Backoff.Default);
            if (locks.Failed is [var first, ..])
            {
                locks.Dispose();
                throw InUse(drive, first.Name, VolumeUsers.Of(first),
                    "the windows and programs that show it (Explorer, a virus scanner, a backup program)");
            }

            return new VolumeHold(locks, []);
        }

        if (OperatingSystem.IsMacOS())
            MacUnmount.All(drive);
        else
            LinuxUnmount.All(drive, Backoff.Default);
        return new VolumeHold(null, []);
    }

    /// <summary>Lets the system have the volumes again.</summary>
    public void Dispose() => _locks?.Dispose();

    /// <summary>The error for a volume that cannot be taken away.</summary>
    /// <param name="drive">The drive.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="users">The programs that use it, as far as the system tells.</param>
    /// <param name="suspects">Whom to think of where it does not.</param>
    internal static AccessException InUse(DriveFacts drive, string volume, IReadOnlyList<string> users, string suspects)
    {
        const int mostNamed = 3;
        string who = users.Count == 0 ? suspects
            : string.Join(", ", users.Take(mostNamed)) + (users.Count > mostNamed ? $" and {users.Count - mostNamed} more" : "");
        return new AccessException(
            $"{drive.Path} cannot be written: {volume} is in use. Close {who}, and start once more. Nothing was written.");
    }

    private static string NoteOf(string volume) =>
        $"{volume} stayed in use while the card was read, so the image may hold changes from the middle of that. Unmount it for an image of one moment.";
}
