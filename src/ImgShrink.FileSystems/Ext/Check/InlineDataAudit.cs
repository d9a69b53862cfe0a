using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>Checks the content of inodes that is kept in them (inline_data), but for the names in it.</summary>
internal static class InlineDataAudit
{
    /// <exception cref="CorruptImageException">The content and the size contradict each other.</exception>
    public static void Check(InodeNumber number, Inode inode)
    {
        if (inode.HasExtents)
            throw ExtDamage.In(number, "i_flags", $"{inode.Flags}", "either extents or inline data");
        InlineData data = InlineData.Open(number, inode);
        bool fits = inode.IsDirectory ? inode.Size == data.Capacity : inode.Size >= 0 && inode.Size <= data.Capacity;
        if (!fits)
            throw ExtDamage.In(number, "i_size", $"{inode.Size}",
                $"{(inode.IsDirectory ? "" : "at most ")}{data.Capacity}: the content is inline");
    }
}
