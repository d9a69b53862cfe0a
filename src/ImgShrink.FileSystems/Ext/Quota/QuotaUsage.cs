using ImgShrink.FileSystems.Ext.Files;

namespace ImgShrink.FileSystems.Ext.Quota;

/// <summary>How much of a volume each user, group and project has, counted from the inodes.</summary>
/// <remarks>
/// All ordinary inodes and the root count, each with its blocks; not what the volume keeps for itself. A value in an inode of
/// its own counts once more for everybody who refers to it. A recovery counts before the audit, so i_blocks may be anything:
/// a sum may overflow, and the audit finds why.
/// </remarks>
internal sealed class QuotaUsage
{
    private readonly Dictionary<uint, (long Bytes, long Inodes)>[] _used = [[], [], []];

    private QuotaUsage()
    {
    }

    public static QuotaUsage Of(ExtVolume volume)
    {
        var usage = new QuotaUsage();
        volume.VisitInodes((number, inode) =>
        {
            bool counts = number == InodeNumber.Root || number.Value >= volume.Geometry.FirstInode;
            if (!counts || inode.IsEaInode || volume.IsNameless(number))
                return;
            long bytes = unchecked(inode.BlocksCount * (inode.CountsInBlocks ? volume.Geometry.BlockSize : 512L));
            long inodes = 1 + AttributeBlocks.HashedValues(volume, number, inode);
            usage.Add(QuotaKind.User, inode.Owner(), bytes, inodes);
            usage.Add(QuotaKind.Group, inode.Group(), bytes, inodes);
            usage.Add(QuotaKind.Project, inode.Project(), bytes, inodes);
        });
        return usage;
    }

    /// <summary>What an id has; nothing at all for most.</summary>
    public (long Bytes, long Inodes) this[QuotaKind kind, uint id] => _used[(int)kind].GetValueOrDefault(id);

    /// <summary>The ids that have anything, ascending.</summary>
    public IEnumerable<uint> Ids(QuotaKind kind) => _used[(int)kind].Keys.Order();

    private void Add(QuotaKind kind, uint id, long bytes, long inodes)
    {
        var (moreBytes, moreInodes) = this[kind, id];
        _used[(int)kind][id] = (unchecked(bytes + moreBytes), inodes + moreInodes);
    }
}
