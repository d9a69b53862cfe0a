namespace ImgShrink.FileSystems.Ext;

/// <summary>The number of an inode, from 1 on.</summary>
/// <param name="Value">1 to s_inodes_count, inclusive.</param>
internal readonly record struct InodeNumber(uint Value) : IComparable<InodeNumber>
{
    public static readonly InodeNumber BadBlocks = new(1);
    public static readonly InodeNumber Root = new(2);
    public static readonly InodeNumber UserQuota = new(3);
    public static readonly InodeNumber GroupQuota = new(4);
    public static readonly InodeNumber Resize = new(7);
    public static readonly InodeNumber Journal = new(8);

    public int CompareTo(InodeNumber other) => Value.CompareTo(other.Value);

    public override string ToString() => $"inode {Value}";
}
