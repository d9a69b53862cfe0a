using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Reads the extended attributes of an inode, wherever their values are.</summary>
internal static class AttributeReader
{
    /// <summary>Names and values, without what the file system keeps there for itself (inline content).</summary>
    /// <exception cref="CorruptImageException">A list or a value contradicts the format.</exception>
    public static SortedDictionary<string, byte[]> Read(ExtVolume volume, InodeNumber number, Inode inode)
    {
        var attributes = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        Add(volume, XattrList.InInode(number, inode), attributes);
        if (inode.XattrBlock != 0)
            Add(volume, XattrList.InBlock(inode.XattrBlock, AttributeBlocks.Read(volume, number, inode)), attributes);
        return attributes;
    }

    private static void Add(ExtVolume volume, XattrList list, SortedDictionary<string, byte[]> into)
    {
        foreach (XattrEntry entry in list)
        {
            if (entry.NameIndex == XattrEntry.SystemIndex)
                continue;
            byte[] value = entry.ValueInode == 0 ? list.ValueOf(entry).ToArray() : ValueIn(volume, entry);
            into.TryAdd(AttributeNames.Join(entry.NameIndex, entry.Name), value);
        }
    }

    private static byte[] ValueIn(ExtVolume volume, XattrEntry entry)
    {
        var number = new InodeNumber(entry.ValueInode);
        var inode = new Inode(volume.ReadUsedInode(number));
        if (!inode.IsEaInode || inode.Size > XattrEntry.LongestValue || inode.Size != entry.ValueSize || !inode.HasBlockMap)
            throw ExtDamage.In("an extended attribute", "e_value_inum", $"{entry.ValueInode}",
                $"an inode with the {entry.ValueSize} bytes of its value");
        return new FileContent(volume, number, inode).ReadBytes(0, (int)inode.Size);
    }
}
