using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Journal;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Quota;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>Checks what the file system keeps for itself: journal, orphan file, quota files, and the mmp block.</summary>
internal sealed class SpecialFileAudit(ExtVolume volume, AuditReport report)
{
    public void Run()
    {
        try
        {
            MultiMount.Check(volume, report);
            if (volume.JournalInode is { } journal)
                CheckJournal(journal);
            if (volume.Superblock.Compat.HasFlag(CompatFeatures.OrphanFile))
                CheckOrphanFile(new InodeNumber(volume.Superblock.OrphanFileInode));
            foreach (var (kind, number) in QuotaFile.Inodes(volume))
                ReadFile(number, $"the inode of the {kind.ToString().ToLowerInvariant()} quota", out _);
            if (report.IsClean)
                QuotaCounts.Check(volume, report);
        }
        catch (CorruptImageException damage)
        {
            report.Add(damage);
        }
    }

    private void CheckJournal(InodeNumber number)
    {
        BlockMap? map = ReadFile(number, "s_journal_inum", out _);
        if (map is null)
            return;
        if (map.Extents.Count == 0 || map.Extents[0].Logical != 0)
        {
            report.Add(new Finding("journal", "block 0", "a hole", "the journal's superblock"));
            return;
        }

        var journal = new JournalSuperblock(volume.ReadBlock(map.Extents[0].Physical));
        report.Compare("journal superblock", "h_magic", journal.Magic, JournalBlock.ExpectedMagic);
        report.Compare("journal superblock", "s_blocksize", journal.BlockSize, volume.Geometry.BlockSize);
        report.Compare("journal superblock", "s_start", journal.Start, 0);
        report.Compare("journal superblock", "s_errno", journal.Errno, 0);
        long blocks = map.Extents.Sum(extent => (long)extent.Length);
        if (journal.Length > blocks)
            report.Add(new Finding("journal superblock", "s_maxlen", $"{journal.Length}",
                $"at most {blocks}, the blocks of the journal"));
        if (report.IsClean)
            CheckJournalFormat(journal);
    }

    /// <summary>No log is left, but a driver that does not understand the journal does not mount the volume.</summary>
    private void CheckJournalFormat(JournalSuperblock journal)
    {
        try
        {
            JournalFormat.From(journal, JournalFile.Find(volume), volume.Geometry.BlockSize);
        }
        catch (UnsupportedImageException)
        {
            report.Add(new Finding("journal superblock", "s_feature_incompat, s_feature_ro_compat and s_nr_users",
                $"0x{(uint)journal.Incompat:X}, 0x{journal.ReadOnly:X} and {journal.Users}", "known features and one user"));
        }
    }

    private void CheckOrphanFile(InodeNumber number)
    {
        BlockMap? map = ReadFile(number, "s_orphan_file_inum", out uint seed);
        if (map is null)
            return;
        foreach (Extent extent in map.Extents)
        {
            for (long block = extent.Physical; block < extent.PhysicalEnd; block++)
            {
                byte[] bytes = volume.ReadBlock(block);
                var orphans = new OrphanBlock(bytes);
                string structure = $"orphan file, block {block}";
                report.Compare(structure, "ob_magic", orphans.Magic, OrphanBlock.ExpectedMagic);
                if (orphans.Slots.ContainsAnyExcept((byte)0))
                    report.Add(new Finding(structure, "its slots", "not empty", "empty: the volume is clean"));
                if (volume.Checksums.Metadata)
                    report.Compare(structure, "ob_checksum", orphans.Checksum,
                        ExtChecksums.OfOrphanBlock(seed, block, bytes));
            }
        }
    }

    private BlockMap? ReadFile(InodeNumber number, string field, out uint seed)
    {
        seed = 0;
        if (number.Value == 0 || number.Value > volume.Geometry.InodeCount || !report.Use.Inodes[number.Value])
        {
            report.Add(new Finding("ext superblock", field, $"{number.Value}", "an inode in use"));
            return null;
        }

        var inode = new Inode(volume.ReadInode(number));
        if (inode.Kind != FileKind.Regular)
        {
            report.Add(new Finding(number.ToString(), "i_mode", $"0x{inode.Mode:X4}",
                $"a regular file: {field} names it"));
            return null;
        }

        seed = volume.Checksums.InodeSeed(number, inode.Generation);
        return BlockMap.Read(volume, number, inode);
    }
}
