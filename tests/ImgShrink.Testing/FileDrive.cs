using ImgShrink.Devices;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Testing;

/// <summary>A file in the place of a drive: it plays the card where there is none.</summary>
public sealed class FileDrive : Drive
{
    private readonly SafeFileHandle _file;

    private FileDrive(string path, SafeFileHandle file, int sectorSize)
        : base(path, RandomAccess.GetLength(file), sectorSize) => _file = file;

    /// <summary>Opens a file, which keeps its length.</summary>
    public static FileDrive Open(string path, bool forWriting = false, int sectorSize = 512) => new(
        path,
        File.OpenHandle(path, FileMode.Open, forWriting ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite),
        sectorSize);

    /// <inheritdoc/>
    public override DriveError? Flush()
    {
        RandomAccess.FlushToDisk(_file);
        return null;
    }

    /// <inheritdoc/>
    public override DriveError? Probe() => null;

    /// <inheritdoc/>
    protected override DriveError? ReadSectors(long at, Span<byte> into)
    {
        while (into.Length > 0)
        {
            int count = RandomAccess.Read(_file, into, at);
            if (count == 0)
                return DriveError.Of(DriveFault.BadSector);
            at += count;
            into = into[count..];
        }

        return null;
    }

    /// <inheritdoc/>
    protected override DriveError? WriteSectors(long at, ReadOnlySpan<byte> from)
    {
        RandomAccess.Write(_file, from, at);
        return null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }
}
