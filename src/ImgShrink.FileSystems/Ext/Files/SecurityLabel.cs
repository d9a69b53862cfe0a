using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>The SELinux label of an inode: the extended attribute "security.selinux".</summary>
internal static class SecurityLabel
{
    public const string Name = "security.selinux";

    private const byte SecurityIndex = 6;

    /// <summary>The label as it is stored, with its closing zero; null where there is none.</summary>
    public static byte[]? Of(ExtVolume volume, InodeNumber number)
    {
        var inode = new Inode(volume.ReadUsedInode(number));
        return In(XattrList.InInode(number, inode)) ?? (inode.XattrBlock == 0 ? null
            : In(XattrList.InBlock(inode.XattrBlock, AttributeBlocks.Read(volume, number, inode))));
    }

    private static byte[]? In(XattrList list) =>
        list.TryFind(SecurityIndex, "selinux"u8, out XattrEntry entry) && entry.HasValueInArea
            ? list.ValueOf(entry).ToArray() : null;
}
