using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>The list of bad blocks (inode 1): places where the medium that the volume was made on is worn out.</summary>
/// <remarks>They belong to that medium. On another one they are wrong, and moved they would be lost.</remarks>
internal static class BadBlockList
{
    /// <summary>Refuses a volume that has one.</summary>
    /// <param name="volume">A volume with its descriptors loaded; where they are damaged, that is left to the audit.</param>
    /// <exception cref="UnsupportedImageException">There is a list.</exception>
    public static void RequireNone(ExtVolume volume)
    {
        if (volume.InitialisedInodes(0) == 0
            || !volume.IsInside(volume.Groups[0].InodeTable, volume.Geometry.InodeTableBlocks))
            return;
        var inode = new Inode(volume.ReadInode(InodeNumber.BadBlocks));
        bool isIntact = !volume.Checksums.Metadata || inode.Checksum == volume.Checksums.OfInode(InodeNumber.BadBlocks, inode);
        if (isIntact && inode.Mode == 0 && inode.Block.ContainsAnyExcept((byte)0))
            throw new UnsupportedImageException(
                "The ext volume has a list of bad blocks (inode 1), which are places on the medium that it was made on. "
                + "'e2fsck -f -L /dev/null' clears it. With --no-shrink it is copied as it is.");
    }
}
