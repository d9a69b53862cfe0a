namespace ImgShrink.Devices.Listing;

/// <summary>Whether a drive looks like a card that one would read or write, and why.</summary>
/// <param name="IsCard">Whether it does.</param>
/// <param name="Why">What speaks for or against it, in a phrase.</param>
public sealed record CardLikeness(bool IsCard, string Why)
{
    // The largest cards on sale have 2 TB; the standard (SDUC) ends at 128 TB, which no card has.
    private const long LargestCard = 2_200_000_000_000;

    /// <summary>Judges by what is known.</summary>
    public static CardLikeness Of(DriveFacts drive)
    {
        ArgumentNullException.ThrowIfNull(drive);
        if (drive.SystemUse is { } use)
            return new(false, $"this system needs it: {use}");
        if (!drive.HasCard)
            return new(false, "an empty slot");
        if (drive.Bytes > LargestCard)
            return new(false, "larger than any card");
        return drive.Bus switch
        {
            "loop" => new(false, "a file that plays a drive"),
            "mmc" when !drive.IsRemovable => new(false, "soldered memory (eMMC)"),
            "sd" or "mmc" => new(true, "in a card slot"),
            "usb" when drive.IsRemovable => new(true, "removable, at USB: a card reader or a stick"),
            "usb" => new(false, "a fixed disk at USB"),
            null when drive.IsRemovable => new(true, "removable"),
            null => new(false, "the system does not say what it is"),
            _ when drive.IsRemovable => new(true, $"removable, at {drive.Bus}"),
            _ => new(false, $"a fixed disk at {drive.Bus}"),
        };
    }
}
