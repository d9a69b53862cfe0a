namespace ImgShrink.FileSystems.Fat.OnDisk;

/// <summary>DIR_Attr of a directory entry.</summary>
[Flags]
internal enum FatAttributes : byte
{
    None = 0,
    ReadOnly = 0x01,
    Hidden = 0x02,
    System = 0x04,
    VolumeLabel = 0x08,
    Directory = 0x10,
    Archive = 0x20,

    /// <summary>These four together mark a part of a long name.</summary>
    LongName = ReadOnly | Hidden | System | VolumeLabel,
}
