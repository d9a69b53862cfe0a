namespace ImgShrink.SampleCards.Fat;

/// <summary>How a FAT volume is to be made. The same format gives the same bytes, always.</summary>
public sealed record FatFormat
{
    /// <summary>The label, 11 ASCII characters at most.</summary>
    public string Label { get; init; } = "bootfs";

    /// <summary>The serial number, which Linux prints as "UUID=9F1C-0D2A".</summary>
    public uint VolumeId { get; init; } = 0x9F1C0D2A;

    /// <summary>Sectors of the disk before the volume; where a boot loader finds it.</summary>
    public uint HiddenSectors { get; init; } = 8192;

    /// <summary>The time of the label; FAT keeps local time in steps of two seconds, 1980 to 2107.</summary>
    public DateTimeOffset Time { get; init; } = new(2024, 11, 19, 14, 2, 8, TimeSpan.Zero);
}
