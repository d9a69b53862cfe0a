using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>Checks the inodes below s_first_ino: each is for one purpose, or for none.</summary>
internal static class ReservedInodeAudit
{
    public static void Run(ExtVolume volume, AuditReport report)
    {
        int initialised = volume.InitialisedInodes(0);
        for (uint number = 1; number < volume.Geometry.FirstInode && number <= initialised; number++)
            Check(volume, report, new InodeNumber(number), new Inode(volume.ReadInode(new InodeNumber(number))));
    }

    private static void Check(ExtVolume volume, AuditReport report, InodeNumber number, Inode inode)
    {
        if (IsInUse(volume.Superblock, number))
            return;
        string? found = inode.Mode != 0 ? $"i_mode 0x{inode.Mode:X4}"
            : inode.LinksCount != 0 ? $"i_links_count {inode.LinksCount}"
            : inode.BlocksCount != 0 ? $"i_blocks {inode.BlocksCount}"
            : inode.XattrBlock != 0 ? $"i_file_acl {inode.XattrBlock}"
            : inode.DeletionTime != 0 ? $"i_dtime {inode.DeletionTime}"
            : null;
        if (found is not null)
            report.Add(new Finding(number.ToString(), "its content", found, "nothing: it is reserved and not in use"));
    }

    /// <summary>Whether a purpose is known; what it is for is checked where that is done.</summary>
    private static bool IsInUse(Superblock superblock, InodeNumber number) => number.Value switch
    {
        2 => true,
        5 => true, // the boot loader's: a file like any other, or none
        7 => superblock.Compat.HasFlag(CompatFeatures.ResizeInode),
        8 => superblock.Compat.HasFlag(CompatFeatures.HasJournal),
        _ => false,
    };
}
