namespace ImgShrink.FileSystems;

/// <summary>What kind of object a name leads to.</summary>
public enum EntryKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A character device.</summary>
    CharacterDevice,

    /// <summary>A block device.</summary>
    BlockDevice,

    /// <summary>A named pipe.</summary>
    Pipe,

    /// <summary>A socket.</summary>
    Socket,
}

/// <summary>What a file system says of one object, besides its content.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Bytes of a file's content or of a link's target; 0 for all else.</param>
/// <param name="Modified">When the content was last changed; of FAT, local time of whoever wrote it, taken for UTC.</param>
public sealed record FileEntry(EntryKind Kind, long Length, DateTimeOffset Modified)
{
    /// <summary>Owner, permissions and identity; null on a file system that has none, such as FAT.</summary>
    public UnixEntry? Unix { get; init; }

    /// <summary>Of a directory: a number that no other one on the volume has; null where the tree cannot tell.</summary>
    internal long? DirectoryId { get; init; }
}

/// <summary>An object in a directory.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Entry">What it is.</param>
public readonly record struct NamedEntry(string Name, FileEntry Entry);

/// <summary>What only the file systems of Unix say of an object.</summary>
/// <param name="Mode">Permissions, set-user, set-group and sticky bits: the low 12 bits of st_mode.</param>
/// <param name="Owner">User id.</param>
/// <param name="Group">Group id.</param>
/// <param name="Inode">Number of the inode: names that lead to the same one are hard links of each other.</param>
/// <param name="Links">Names that lead to it.</param>
/// <param name="Device">Of a device: major and minor number; null for all else.</param>
public sealed record UnixEntry(
    UnixFileMode Mode, uint Owner, uint Group, long Inode, int Links, (uint Major, uint Minor)? Device);
