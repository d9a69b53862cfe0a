using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>The content of an inode that is kept in the inode itself (inline_data), viewed in place.</summary>
/// <remarks>
/// The first 60 bytes are in i_block, the rest is the value of the attribute "system.data", which is there even if it is
/// empty. A directory has its parent's number in front, and two chains of entries, one in each part. Spec: kernel
/// documentation, filesystems/ext4, "Inline Data".
/// </remarks>
internal readonly ref struct InlineData
{
    private const int ParentSize = 4;

    private InlineData(Span<byte> head, Span<byte> rest)
    {
        Head = head;
        Rest = rest;
    }

    /// <summary>The part in i_block.</summary>
    public Span<byte> Head { get; }

    /// <summary>The part in the attribute; may be empty.</summary>
    public Span<byte> Rest { get; }

    /// <summary>The most bytes that the two parts hold.</summary>
    public int Capacity => Head.Length + Rest.Length;

    /// <summary>Of a directory: the number of the one that it is in. It has no entries "." and "..".</summary>
    public uint Parent { get => Le.U32(Head, 0); set => Le.Put32(Head, 0, value); }

    /// <summary>Of a directory: the entries behind the parent's number.</summary>
    public Span<byte> HeadEntries => Head[ParentSize..];

    /// <summary>Opens the content of an inode that has the flag.</summary>
    /// <exception cref="CorruptImageException">The attribute is missing, or the list of attributes is damaged.</exception>
    public static InlineData Open(InodeNumber number, Inode inode)
    {
        XattrList attributes = XattrList.InInode(number, inode);
        if (!attributes.TryFind(XattrEntry.SystemIndex, Name, out XattrEntry entry) || entry.ValueInode != 0)
            throw ExtDamage.In(number, "the attribute system.data", "missing", "the rest of the inline content");
        // Even that of an empty one: drivers look there.
        if (entry.ValueOffset > attributes.Length)
            throw ExtDamage.In(number, "e_value_offs of system.data", $"{entry.ValueOffset}",
                $"at most {attributes.Length}");
        return new InlineData(inode.Block, attributes.ValueOf(entry));
    }

    /// <summary>The content of a file, or the target of a link.</summary>
    /// <exception cref="CorruptImageException">It is said to be longer than the two parts.</exception>
    public static byte[] Read(InodeNumber number, Inode inode)
    {
        InlineData data = Open(number, inode);
        if (inode.Size < 0 || inode.Size > data.Capacity)
            throw ExtDamage.In(number, "i_size", $"{inode.Size}", $"at most {data.Capacity}: it is inline");
        return ((byte[])[.. data.Head, .. data.Rest])[..(int)inode.Size];
    }

    /// <summary>Takes the content out: the inode has an empty map then, of extents where the volume has them.</summary>
    public static void Clear(InodeNumber number, Inode inode, bool extents)
    {
        XattrList attributes = XattrList.InInode(number, inode);
        if (attributes.TryFind(XattrEntry.SystemIndex, Name, out XattrEntry entry))
            attributes.Remove(entry);
        inode.Flags &= ~InodeFlags.InlineData;
        inode.Block.Clear();
        inode.Size = 0;
        if (!extents)
            return;
        inode.Flags |= InodeFlags.Extents;
        ExtentNode.Format(inode.Block, ExtentNode.RootCapacity, depth: 0);
    }

    private static ReadOnlySpan<byte> Name => "data"u8;
}
