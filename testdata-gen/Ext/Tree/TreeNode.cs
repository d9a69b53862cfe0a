using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.SampleCards.Ext.Tree;

/// <summary>An extended attribute, kept inside the inode.</summary>
/// <param name="NameIndex">What stands for the name's prefix: 1 is "user.", 6 is "security.".</param>
/// <param name="Name">The rest of the name.</param>
/// <param name="Value">Its value; all attributes of a file must fit 88 bytes.</param>
internal sealed record TreeAttribute(byte NameIndex, string Name, byte[] Value);

/// <summary>A file, directory, link or device that a new volume is to hold.</summary>
/// <remarks>
/// A node under two names is a hard link. Where it ended up is noted in it when the volume is written.
/// </remarks>
internal sealed class TreeNode
{
    private TreeNode(FileKind kind, int permissions) => Mode = (ushort)((int)kind | permissions);

    /// <summary>Kind and permissions, as in the inode.</summary>
    public ushort Mode { get; }

    public FileKind Kind => (FileKind)(Mode & 0xF000);

    /// <summary>User and group id.</summary>
    public (int User, int Group) Owner { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public uint Time { get; init; }

    /// <summary>What is in a regular file.</summary>
    public FileContent? Content { get; private init; }

    /// <summary>Where a symbolic link leads.</summary>
    public string? Target { get; private init; }

    /// <summary>The number of a device.</summary>
    public (byte Major, byte Minor) Device { get; private init; }

    public IReadOnlyList<TreeAttribute> Attributes { get; init; } = [];

    /// <summary>The file was deleted again: its blocks are free, and still hold its content.</summary>
    public bool Deleted { get; init; }

    /// <summary>
    /// Where in the volume a directory's files go: 0 is the start, 1 the end; null is near its parent's.
    /// </summary>
    public double? Place { get; init; }

    /// <summary>What a directory holds.</summary>
    public List<(string Name, TreeNode Node)> Children { get; } = [];

    /// <summary>Names that lead to the node; of a directory, "." and the ".." of others too.</summary>
    public int Links { get; set; }

    /// <summary>Its inode, once it has one.</summary>
    public InodeNumber Number { get; set; }

    /// <summary>A random number that the inode gets with its number; it seeds checksums.</summary>
    public uint Generation { get; set; }

    /// <summary>Its content's blocks, once they are placed, in the order of the file.</summary>
    public List<Extent> Extents { get; } = [];

    /// <summary>The blocks of its extent tree; few files have any.</summary>
    public List<Extent> MapBlocks { get; } = [];

    public static TreeNode Directory(int permissions = 0x1ED /* 0755 */, (int, int) owner = default, uint time = 0,
        double? place = null, IReadOnlyList<TreeAttribute>? attributes = null) =>
        new(FileKind.Directory, permissions) { Owner = owner, Time = time, Place = place, Attributes = attributes ?? [] };

    public static TreeNode File(
        FileContent content, int permissions, (int, int) owner, uint time,
            IReadOnlyList<TreeAttribute>? attributes = null, bool deleted = false) =>
        new(FileKind.Regular, permissions) { Content = content, Owner = owner, Time = time,
            Attributes = attributes ?? [], Deleted = deleted };

    public static TreeNode Link(string target, uint time) =>
        new(FileKind.SymbolicLink, 0x1FF) { Target = target, Time = time };

    public static TreeNode DeviceFile(FileKind kind, int permissions, byte major, byte minor, uint time) =>
        new(kind, permissions) { Device = (major, minor), Time = time };
}
