namespace ImgShrink.FirstBoot;

/// <summary>The kind of partition table that the first boot has to change.</summary>
public enum ExpandTable
{
    /// <summary>A master boot record.</summary>
    Mbr,

    /// <summary>A GUID partition table; its second copy is not at the end of a larger card.</summary>
    Gpt,
}

/// <summary>The partition that shall grow on the first boot, as it can be recognised on the card.</summary>
/// <param name="Table">The table that the partition is listed in.</param>
/// <param name="Partition">Its number as Linux counts, 1 or more; on MBR, 5 and up are logical partitions.</param>
/// <param name="StartLba">Its first sector of 512 bytes.</param>
/// <param name="FileSystem">The file system's usual name: "ext4".</param>
/// <param name="Uuid">The file system's id as Linux prints it.</param>
public sealed record ExpandTarget(ExpandTable Table, int Partition, long StartLba, string FileSystem, string Uuid)
{
    /// <summary>How far the partition grows.</summary>
    public ExpandLimit Limit { get; init; } = ExpandLimit.Max;

    /// <summary>Whether the system's own way to grow is preferred, where it has one.</summary>
    public bool PrefersNative { get; init; }

    /// <summary>Whether it lies in an extended partition.</summary>
    public bool IsLogical => Table == ExpandTable.Mbr && Partition > 4;
}
