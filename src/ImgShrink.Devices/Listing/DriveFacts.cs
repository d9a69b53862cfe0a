namespace ImgShrink.Devices.Listing;

/// <summary>What the system tells about a drive, without rights and without waking it.</summary>
public sealed record DriveFacts
{
    /// <summary>What to call it: <c>\\.\PhysicalDrive2</c>, <c>/dev/sdb</c>, <c>/dev/disk4</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Maker and model; null where the drive does not say.</summary>
    public string? Model { get; init; }

    /// <summary>How it is connected: "usb", "sd", "mmc", "sata", "nvme", "loop", ...; null where that is not known.</summary>
    public string? Bus { get; init; }

    /// <summary>Its size in bytes; null where it is not told.</summary>
    public long? Bytes { get; init; }

    /// <summary>Bytes in a sector; null where it is not told.</summary>
    public int? SectorSize { get; init; }

    /// <summary>Whether there is a card in the reader; true for drives that always have their medium.</summary>
    public bool HasCard { get; init; } = true;

    /// <summary>Whether the medium or the drive can be taken out.</summary>
    public bool IsRemovable { get; init; }

    /// <summary>Whether it can only be read; null where that is not told.</summary>
    public bool? IsWriteProtected { get; init; }

    /// <summary>Why the running system needs it ("/ is on it"); null when it does not.</summary>
    public string? SystemUse { get; init; }

    /// <summary>Its volumes that the system uses at the moment.</summary>
    public IReadOnlyList<DriveVolume> Volumes { get; init; } = [];

    /// <summary>Whether it is a card, as far as one can tell, and why.</summary>
    public CardLikeness Likeness => CardLikeness.Of(this);
}

/// <summary>A volume on a drive that has a letter or is mounted.</summary>
/// <param name="Device">Its device: <c>/dev/sdb1</c>, <c>\\?\Volume{...}</c>.</param>
/// <param name="MountPoints">Its letters and folders; empty where it has none.</param>
public sealed record DriveVolume(string Device, IReadOnlyList<string> MountPoints)
{
    /// <summary>What its user calls it: its letters and folders, else its device.</summary>
    internal string Name => MountPoints.Count > 0 ? string.Join(", ", MountPoints) : Device;
}
