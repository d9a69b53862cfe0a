namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>
/// The file type that a directory entry repeats of the inode's mode. Spec: "Directory Entries", file_type.
/// </summary>
internal static class FileTypes
{
    /// <summary>What entries have that are older than the feature; the mode is asked then.</summary>
    public const byte Unknown = 0;

    public static byte Of(FileKind kind) => kind switch
    {
        FileKind.Regular => 1,
        FileKind.Directory => 2,
        FileKind.CharDevice => 3,
        FileKind.BlockDevice => 4,
        FileKind.Fifo => 5,
        FileKind.Socket => 6,
        FileKind.SymbolicLink => 7,
        _ => Unknown,
    };
}
