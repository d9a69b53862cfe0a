using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>Checks fields of the superblock that no other structure is read by.</summary>
internal static class SuperblockAudit
{
    private const string Structure = "ext superblock";

    public static void Run(ExtVolume volume, AuditReport report)
    {
        CheckJournal(volume.Superblock, report);
        if (!volume.Superblock.Compat.HasFlag(CompatFeatures.OrphanFile))
            report.Compare(Structure, "s_orphan_file_inum", volume.Superblock.OrphanFileInode, 0);
        CheckQuotaNumbers(volume, report);
        if (volume.Geometry.InodeSize == Inode.CoreSize)
            return;
        CheckExtraSize(volume, report, "s_min_extra_isize", volume.Superblock.MinExtraIsize);
        CheckExtraSize(volume, report, "s_want_extra_isize", volume.Superblock.WantExtraIsize);
    }

    /// <summary>e2fsck takes what is named for a journal, or an orphan file, also without the feature.</summary>
    private static void CheckJournal(Superblock superblock, AuditReport report)
    {
        if (superblock.Compat.HasFlag(CompatFeatures.HasJournal))
            return;
        report.Compare(Structure, "s_journal_inum", superblock.JournalInode, 0);
        if (superblock.HasExternalJournal)
            report.Add(new Finding(Structure, "s_journal_dev and s_journal_uuid", "not empty",
                "empty: the volume does not have a journal"));
    }

    /// <summary>Only certain inodes can be quota files; e2fsck takes what is named for one, also without the feature.</summary>
    private static void CheckQuotaNumbers(ExtVolume volume, AuditReport report)
    {
        Superblock superblock = volume.Superblock;
        bool hasQuota = superblock.ReadOnly.HasFlag(ReadOnlyFeatures.Quota);
        if (superblock.UserQuotaInode != 0)
            report.Compare(Structure, "s_usr_quota_inum", superblock.UserQuotaInode, hasQuota ? InodeNumber.UserQuota.Value : 0);
        if (superblock.GroupQuotaInode != 0)
            report.Compare(Structure, "s_grp_quota_inum", superblock.GroupQuotaInode, hasQuota ? InodeNumber.GroupQuota.Value : 0);
        if (superblock.ProjectQuotaInode != 0 && (!hasQuota || superblock.ProjectQuotaInode < volume.Geometry.FirstInode))
            report.Add(new Finding(Structure, "s_prj_quota_inum", $"{superblock.ProjectQuotaInode}",
                hasQuota ? $"0, or {volume.Geometry.FirstInode} and more" : "0"));
    }

    /// <summary>Drivers that find an impossible number there take another one for new inodes.</summary>
    private static void CheckExtraSize(ExtVolume volume, AuditReport report, string field, int size)
    {
        int most = volume.Geometry.InodeSize - Inode.CoreSize;
        if (size != 0 && (size < 4 || size > most || size % 4 != 0))
            report.AddRemark(new Finding(Structure, field, $"{size}", $"0, or a multiple of 4 up to {most}"));
    }
}
