using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Reads inodes that a path or a directory leads to, which may be anything on a damaged volume.</summary>
internal static class InodeAccess
{
    /// <summary>The bytes of an inode in use, after its checksum was compared.</summary>
    /// <exception cref="CorruptImageException">
    /// It lies outside of the volume, is free, or fails its checksum.
    /// </exception>
    public static byte[] ReadUsedInode(this ExtVolume volume, InodeNumber number)
    {
        byte[] bytes = volume.ReadInodeInTable(number);
        var inode = new Inode(bytes);
        if (inode.LinksCount == 0 || inode.Kind == FileKind.None)
            throw ExtDamage.In(number, "i_links_count and i_mode", $"{inode.LinksCount} and 0x{inode.Mode:X4}",
                "an inode in use");
        return bytes;
    }

    /// <summary>The bytes of an inode, in use or not, after its checksum was compared.</summary>
    /// <exception cref="CorruptImageException">It lies outside of the volume, or fails its checksum.</exception>
    public static byte[] ReadInodeInTable(this ExtVolume volume, InodeNumber number)
    {
        ExtGeometry geometry = volume.Geometry;
        if (number.Value < 1 || number.Value > geometry.InodeCount)
            throw ExtDamage.In(number, "number", $"{number.Value}", $"1 to {geometry.InodeCount}");
        var (group, slot) = geometry.SlotOf(number);
        if (!volume.IsInside(volume.Groups[group].InodeTable, geometry.InodeTableBlocks))
            throw ExtDamage.In($"descriptor of block group {group}", "bg_inode_table", $"{volume.Groups[group].InodeTable}",
                "inside the volume");
        if (slot >= volume.InitialisedInodes(group))
            throw ExtDamage.In(number, "slot", "never initialised", "an inode in use");
        byte[] bytes = volume.ReadInode(number);
        var inode = new Inode(bytes);
        if (volume.Checksums.Metadata && inode.Checksum != volume.Checksums.OfInode(number, inode))
            throw ExtDamage.In(number, "i_checksum", $"0x{inode.Checksum:X8}",
                $"0x{volume.Checksums.OfInode(number, inode):X8}");
        return bytes;
    }

    /// <summary>Refuses what a file-level edit would silently break.</summary>
    /// <exception cref="UnsupportedImageException">Names the path and the flag.</exception>
    public static void RequireEditable(Inode inode, string path)
    {
        if (BarredBy(inode) is var flags and not InodeFlags.None)
            throw new UnsupportedImageException($"{path} cannot be changed: its inode has the flag {flags}.");
    }

    /// <summary>The flags of an inode that keep it from being edited.</summary>
    public static InodeFlags BarredBy(Inode inode) => inode.Flags
        & (InodeFlags.Immutable | InodeFlags.Append | InodeFlags.Encrypted | InodeFlags.Verity | InodeFlags.CaseFolded
            | InodeFlags.EaInode | InodeFlags.Dax);
}
