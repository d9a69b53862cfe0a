using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Quota;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>Checks the inodes below s_first_ino: each is for one purpose, or for none.</summary>
internal static class ReservedInodeAudit
{
    public static void Run(ExtVolume volume, AuditReport report)
    {
        for (uint each = 1; each < volume.Geometry.FirstInode; each++)
        {
            var number = new InodeNumber(each);
            var (group, slot) = volume.Geometry.SlotOf(number);
            if (slot < volume.InitialisedInodes(group))
                Check(volume, report, number, new Inode(volume.ReadInode(number)));
        }
    }

    private static void Check(ExtVolume volume, AuditReport report, InodeNumber number, Inode inode)
    {
        // Of those that are not in use, this is the one that drivers read all the same.
        if (number == InodeNumber.BadBlocks && volume.Checksums.Metadata && inode.Bytes.ContainsAnyExcept((byte)0))
            report.Compare(number.ToString(), "i_checksum", inode.Checksum, volume.Checksums.OfInode(number, inode));
        if (IsInUse(volume, number, inode))
        {
            if (number == InodeNumber.Journal || number == InodeNumber.Resize && inode.LinksCount == 0)
                report.Compare(number.ToString(), "i_links_count", inode.LinksCount, 1);
            return;
        }

        string? found = inode.Mode != 0 ? $"i_mode 0x{inode.Mode:X4}"
            : number == InodeNumber.BadBlocks && (inode.Owner() | inode.Group()) != 0
                ? $"i_uid {inode.Owner()} and i_gid {inode.Group()}"
            : inode.LinksCount != 0 ? $"i_links_count {inode.LinksCount}"
            : inode.BlocksCount != 0 ? $"i_blocks {inode.BlocksCount}"
            : inode.XattrBlock != 0 ? $"i_file_acl {inode.XattrBlock}"
            : number.Value is 3 or 4 && Le.U32(inode.Block, 0) != 0 ? $"i_block {Le.U32(inode.Block, 0)}"
            : inode.DeletionTime != 0 && inode.DeletionTime <= volume.Geometry.InodeCount
                ? $"i_dtime {inode.DeletionTime}"
            : null;
        if (found is not null)
            report.Add(new Finding(number.ToString(), "its content", found, "nothing: it is reserved and not in use"));
        else if (inode.Flags != InodeFlags.None || inode.Size != 0)
            report.AddRemark(new Finding(number.ToString(), "its content",
                $"i_flags 0x{(uint)inode.Flags:X8} and i_size {inode.Size}", "nothing: it is reserved and not in use"));
    }

    /// <summary>Whether a purpose is known; what it is for is checked where that is done.</summary>
    private static bool IsInUse(ExtVolume volume, InodeNumber number, Inode inode) => number.Value switch
    {
        2 => true,
        3 or 4 => QuotaFile.Inodes(volume).Any(quota => quota.Number == number),
        5 => inode.Kind is not FileKind.None and not FileKind.Directory, // the boot loader's file
        7 => volume.Superblock.Compat.HasFlag(CompatFeatures.ResizeInode),
        8 => volume.JournalInode is not null,
        _ => false,
    };
}
