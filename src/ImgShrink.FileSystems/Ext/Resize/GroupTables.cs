namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>What the volume keeps for each group.</summary>
internal enum GroupPart
{
    BlockBitmap,
    InodeBitmap,
    InodeTable,
}

/// <summary>Where the bitmaps and the inode table of one group lie in the target.</summary>
internal readonly record struct GroupTables(long BlockBitmap, long InodeBitmap, long InodeTable)
{
    /// <summary>All parts, in the order in which they are placed.</summary>
    public static readonly IReadOnlyList<GroupPart> Parts = Enum.GetValues<GroupPart>();

    /// <summary>The first block of a part.</summary>
    public long this[GroupPart part] => part switch
    {
        GroupPart.BlockBitmap => BlockBitmap,
        GroupPart.InodeBitmap => InodeBitmap,
        _ => InodeTable,
    };

    /// <summary>The same with a part elsewhere.</summary>
    public GroupTables With(GroupPart part, long start) => part switch
    {
        GroupPart.BlockBitmap => this with { BlockBitmap = start },
        GroupPart.InodeBitmap => this with { InodeBitmap = start },
        _ => this with { InodeTable = start },
    };
}
