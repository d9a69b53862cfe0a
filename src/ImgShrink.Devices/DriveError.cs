using System.ComponentModel;
using ImgShrink.Blocks;

namespace ImgShrink.Devices;

/// <summary>What failed at a drive, by what can be done about it.</summary>
public enum DriveFault
{
    /// <summary>The medium cannot give or take these sectors; others may be fine.</summary>
    BadSector,

    /// <summary>The reader was resetting, or slow to answer: the same again may work.</summary>
    Hiccup,

    /// <summary>The drive or its reader is no longer there.</summary>
    Gone,

    /// <summary>The reader is there and has no card in it.</summary>
    NoCard,

    /// <summary>The card was taken out and put in, or another one was.</summary>
    CardChanged,

    /// <summary>The system does not let this user, or anybody at the moment, do that.</summary>
    Denied,

    /// <summary>The lock switch of the card is on, or the drive can only be read.</summary>
    WriteProtected,

    /// <summary>A volume on the drive, or the drive itself, is in use.</summary>
    Busy,

    /// <summary>There is no drive of this name.</summary>
    Missing,

    /// <summary>The drive says that it ends here.</summary>
    End,

    /// <summary>Something else; the system's own words are all that is known.</summary>
    Other,
}

/// <summary>Whether a failed request was to read or to write.</summary>
public enum DriveVerb
{
    /// <summary>Opening for reading, or reading.</summary>
    Read,

    /// <summary>Opening for writing, or writing.</summary>
    Write,
}

/// <summary>A failure of one request to a drive.</summary>
/// <param name="Fault">What it comes to.</param>
/// <param name="Code">The system's number for it; null where no system was asked.</param>
/// <param name="IsWindows">Whether the system is Windows.</param>
public readonly record struct DriveError(DriveFault Fault, int? Code, bool IsWindows)
{
    /// <summary>What we have found out ourselves.</summary>
    public static DriveError Of(DriveFault fault) => new(fault, Code: null, OperatingSystem.IsWindows());

    /// <summary>A Windows error, as GetLastError gives it.</summary>
    public static DriveError OfWindows(int code) => new(
        code switch
        {
            2 or 3 => DriveFault.Missing, // ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND
            5 => DriveFault.Denied, // ERROR_ACCESS_DENIED
            19 => DriveFault.WriteProtected, // ERROR_WRITE_PROTECT
            21 or 1112 => DriveFault.NoCard, // ERROR_NOT_READY, ERROR_NO_MEDIA_IN_DRIVE
            23 or 27 or 1117 => DriveFault.BadSector, // ERROR_CRC, ERROR_SECTOR_NOT_FOUND, ERROR_IO_DEVICE
            32 or 33 or 170 => DriveFault.Busy, // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION, ERROR_BUSY
            38 or 112 => DriveFault.End, // ERROR_HANDLE_EOF, ERROR_DISK_FULL
            55 or 433 or 1167 or 1617 => DriveFault.Gone, // DEV_NOT_EXIST, NO_SUCH_DEVICE, DEVICE_NOT_CONNECTED, DEVICE_REMOVED
            121 or 483 or 1127 => DriveFault.Hiccup, // SEM_TIMEOUT, DEVICE_HARDWARE_ERROR, DISK_OPERATION_FAILED
            1110 => DriveFault.CardChanged, // ERROR_MEDIA_CHANGED
            _ => DriveFault.Other,
        }, code, IsWindows: true);

    /// <summary>An errno of this system, which is Linux or macOS.</summary>
    public static DriveError OfUnix(int errno) => OperatingSystem.IsMacOS() ? OfMacOs(errno) : OfLinux(errno);

    /// <summary>An errno of Linux.</summary>
    internal static DriveError OfLinux(int errno) => new(
        errno switch
        {
            61 or 84 or 121 => DriveFault.BadSector, // ENODATA (a medium error of SCSI), EILSEQ (CRC of MMC), EREMOTEIO
            108 => DriveFault.Gone, // ESHUTDOWN
            110 => DriveFault.Hiccup, // ETIMEDOUT
            123 => DriveFault.NoCard, // ENOMEDIUM
            _ => OfAnyUnix(errno),
        }, errno, IsWindows: false);

    /// <summary>An errno of macOS.</summary>
    internal static DriveError OfMacOs(int errno) => new(
        errno switch
        {
            83 => DriveFault.BadSector, // EDEVERR
            60 => DriveFault.Hiccup, // ETIMEDOUT
            _ => OfAnyUnix(errno),
        }, errno, IsWindows: false);

    /// <summary>The failure in words, with what to do about it.</summary>
    /// <param name="path">The drive.</param>
    /// <param name="verb">What was wanted of it.</param>
    /// <param name="at">The byte it happened at; null where it was opened.</param>
    public AccessException Explained(string path, DriveVerb verb, long? at = null)
    {
        string what = verb == DriveVerb.Read ? "read" : "written";
        string place = at is null ? "" : $" at byte {at}";
        return new AccessException($"{path} cannot be {what}{place}: {Words(verb, at)}{Number}");
    }

    private string Number => Code is not int code ? "" : IsWindows
        ? $" (Windows error {code})"
        : $" (errno {code}: {new Win32Exception(code).Message})";

    /// <summary>The numbers that are the same on both.</summary>
    private static DriveFault OfAnyUnix(int errno) => errno switch
    {
        2 => DriveFault.Missing, // ENOENT
        1 or 13 => DriveFault.Denied, // EPERM, EACCES
        30 => DriveFault.WriteProtected, // EROFS
        5 => DriveFault.BadSector, // EIO
        6 or 19 => DriveFault.Gone, // ENXIO, ENODEV
        16 => DriveFault.Busy, // EBUSY
        28 => DriveFault.End, // ENOSPC: behind the end of the device
        _ => DriveFault.Other,
    };

    private string Words(DriveVerb verb, long? at) => Fault switch
    {
        DriveFault.BadSector => "the medium fails there. Clean the contacts or try another reader; the card may be worn out.",
        DriveFault.Hiccup => "the reader does not answer in time. Try another port or another reader.",
        DriveFault.Gone => "it is no longer there. Was it pulled out? Plug it in again and start once more.",
        DriveFault.NoCard => "there is no card in it.",
        DriveFault.CardChanged => "the card was taken out meanwhile. Leave it in, and start once more.",
        DriveFault.Denied when verb == DriveVerb.Write && at is not null =>
            "the system forbids it. A volume on it may be in use, or a protection is on: Controlled folder access, BitLocker To Go, a virus scanner, a group policy.",
        DriveFault.Denied => IsWindows
            ? "this needs administrator rights. Start the terminal with 'Run as administrator', or give capture or write the option --elevate."
            : "this needs root. Put sudo before the command, or give capture or write the option --elevate.",
        DriveFault.WriteProtected =>
            "it is write-protected. Slide the lock switch of the card away from LOCK, or try another adapter.",
        DriveFault.Busy => "it is in use. Close what has files or windows open on it, and start once more.",
        DriveFault.Missing => "there is no such device. 'imgshrink devices' shows those that are there.",
        DriveFault.End => "it ends there, before the size that it states. Such cards are often counterfeit.",
        _ => "the system refuses.",
    };
}
