using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>
/// Checks a whole volume, reading only: every structure, every block owned once, all counts and bitmaps.
/// </summary>
/// <remarks>
/// A shrink moves what this accepts and nothing else, so what it lets pass must be understood. It works on any view of a
/// volume: on the source before anything is planned, and on the planned result before anything is written.
/// </remarks>
internal sealed class Audit
{
    private readonly ExtVolume _volume;
    private readonly AuditReport _report;
    private readonly Census _census = new();

    private Audit(ExtVolume volume)
    {
        _volume = volume;
        _report = new AuditReport(volume.Geometry);
    }

    /// <summary>Audits a volume that nothing speaks against shrinking (see <see cref="ExtVolume.Obstacle"/>).</summary>
    public static AuditReport Run(ExtVolume volume, CancellationToken cancellation = default)
    {
        var audit = new Audit(volume);
        audit.ClaimGroups();
        if (audit._report.IsClean)
            audit.CheckInodes(cancellation);
        if (audit._report.IsClean)
            SuperblockAudit.Run(volume, audit._report);
        if (audit._report.IsClean)
            new SpecialFileAudit(volume, audit._report).Run();
        if (audit._report.IsClean)
            audit.CheckNames(cancellation);
        if (audit._report.IsClean)
            BitmapAudit.Run(volume, audit._report);
        return audit._report;
    }

    private void ClaimGroups()
    {
        ExtGeometry geometry = _volume.Geometry;
        for (int group = 0; group < geometry.GroupCount; group++)
            Claim(group, "superblock and descriptors", geometry.GroupStart(group), geometry.FixedBlocks(group));
        for (int group = 0; group < geometry.GroupCount; group++)
        {
            GroupDescriptor descriptor = _volume.Groups[group];
            Claim(group, "bg_block_bitmap", descriptor.BlockBitmap, 1);
            Claim(group, "bg_inode_bitmap", descriptor.InodeBitmap, 1);
            Claim(group, "bg_inode_table", descriptor.InodeTable, geometry.InodeTableBlocks);
        }
    }

    private void Claim(int group, string place, long start, int count)
    {
        if (count == 0)
            return;
        ExtGeometry geometry = _volume.Geometry;
        string structure = $"descriptor of block group {group}";
        long first = geometry.FlexBg ? geometry.FirstDataBlock : geometry.GroupStart(group);
        long end = geometry.FlexBg ? geometry.BlockCount : geometry.GroupEnd(group);
        if (start < first || start > end - count)
            _report.Add(new Finding(structure, place, $"{start}", $"{first} to {end - count}"));
        else if (!_report.Use.TryClaimMetadata(start, count))
            _report.Add(new Finding(structure, place, $"{start}", "blocks that no other structure uses"));
    }

    private void CheckInodes(CancellationToken cancellation)
    {
        var inodes = new InodeAudit(_volume, _report);
        _volume.VisitInodes((number, inode) =>
        {
            cancellation.ThrowIfCancellationRequested();
            inodes.Check(number, inode);
            // The value of an attribute has no name: one that leads to it is damage.
            if (!inode.IsEaInode)
                _census.Register(number, inode.Kind, inode.LinksCount);
        });
        inodes.CheckShared();
        ReservedInodeAudit.Run(_volume, _report);
        for (uint reserved = 1; reserved < _volume.Geometry.FirstInode; reserved++)
            _report.Use.Inodes.Add(reserved);
    }

    private void CheckNames(CancellationToken cancellation)
    {
        var tree = new DirectoryTree(_volume, _report, _census);
        var directories = new DirectoryAudit(_volume, _report, _census, tree);
        foreach (var (start, count) in _report.Use.Directories.Runs(0, _report.Use.Directories.Length))
        {
            for (long number = start; number < start + count; number++)
            {
                cancellation.ThrowIfCancellationRequested();
                directories.Check(new InodeNumber((uint)number));
            }
        }

        tree.CheckConnections();
        tree.CheckLinkCounts();
    }
}
