using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <remarks>
/// This part: which groups begin with copies of the superblock and of the group descriptors. Spec: kernel documentation,
/// filesystems/ext4, "Block Groups", "Meta Block Groups".
/// </remarks>
internal sealed partial record ExtGeometry
{
    /// <summary>
    /// With meta_bg: the first descriptor block that lies in the groups which it describes. Those before it follow the
    /// superblocks of the groups that they describe, as all do where this is null.
    /// </summary>
    public int? FirstMetaBg { get; init; }

    /// <summary>With sparse_super2: the two groups that have backups, 0 for none. Else null.</summary>
    public (int First, int Second)? BackupGroups { get; init; }

    /// <summary>Whether a group starts with a copy of the superblock.</summary>
    public bool HasSuperblock(int group) => group == 0
        || (BackupGroups is { } backups
            ? group == backups.First || group == backups.Second
            : !SparseSuper || group == 1 || IsPower(group, 3) || IsPower(group, 5) || IsPower(group, 7));

    /// <summary>The groups that hold copies of the superblock, ascending, beginning with group 0.</summary>
    public IEnumerable<int> SuperblockGroups() => Enumerable.Range(0, GroupCount).Where(HasSuperblock);

    /// <summary>
    /// Blocks at the start of a group for superblock, descriptors and their reserve; 0 where there is no copy.
    /// </summary>
    public int FixedBlocks(int group)
    {
        int superblock = HasSuperblock(group) ? 1 : 0;
        if (IsInMetaBg(group / DescriptorsPerBlock))
            return superblock + (IsMetaCopy(group) ? 1 : 0);
        return superblock * (1 + (FirstMetaBg ?? DescriptorBlocks) + ReservedGdtBlocks);
    }

    /// <summary>All such blocks of all groups.</summary>
    public long FixedBlocks() => Enumerable.Range(0, GroupCount).Sum(group => (long)FixedBlocks(group));

    /// <summary>Where the copies of a block of descriptors lie, the primary one first.</summary>
    /// <param name="index">The block, 0 up to but not including <see cref="DescriptorBlocks"/>.</param>
    public IEnumerable<long> DescriptorCopies(int index)
    {
        if (!IsInMetaBg(index))
            return SuperblockGroups().Where(group => !IsInMetaBg(group / DescriptorsPerBlock))
                .Select(group => GroupStart(group) + 1 + index);
        int first = index * DescriptorsPerBlock;
        return Enumerable.Range(first, Math.Min(DescriptorsPerBlock, GroupCount - first)).Where(IsMetaCopy)
            .Select(group => GroupStart(group) + (HasSuperblock(group) ? 1 : 0));
    }

    /// <summary>The fewest blocks that a last group of this number can have.</summary>
    /// <remarks>Its fixed region; without flex_bg its own bitmaps and table too; at least one block.</remarks>
    public int SmallestGroup(int group) =>
        Math.Max(1, FixedBlocks(group) + SpareBlocks(group)) + (FlexBg ? 0 : 2 + InodeTableBlocks);

    /// <summary>
    /// Blocks behind the fixed ones of a group that have to stay free: 1 where sparse_super2 has a backup in the last
    /// group, else 0.
    /// </summary>
    /// <remarks>When resize2fs (1.47) takes that backup to another group, it gives one block more back than there was.</remarks>
    public int SpareBlocks(int group) =>
        BackupGroups is not null && group > 0 && group == GroupCount - 1 && HasSuperblock(group) ? 1 : 0;

    /// <summary>The same volume with fewer or more blocks.</summary>
    /// <remarks>
    /// Descriptor blocks that are no longer needed go to the reserve, and those of new groups come out of it, so that nothing
    /// behind them moves as long as it lasts; the reserve is at most as many blocks as a block has pointers, and none stays
    /// none. A backup in the last group (sparse_super2) is in the last group again.
    /// </remarks>
    public ExtGeometry WithBlockCount(long blockCount)
    {
        ExtGeometry changed = this with { BlockCount = blockCount };
        int last = changed.GroupCount - 1;
        if (BackupGroups is var (first, second))
        {
            int moved = second == GroupCount - 1 && last > 1 ? last : 0;
            changed = changed with { BackupGroups = (first <= last ? first : 0, second <= last ? second : moved) };
        }

        if (FirstMetaBg is { } meta)
            changed = changed with { FirstMetaBg = Math.Min(meta, changed.DescriptorBlocks) };
        if (ReservedGdtBlocks == 0)
            return changed;
        int reserved = ReservedGdtBlocks + DescriptorBlocks - changed.DescriptorBlocks;
        return changed with { ReservedGdtBlocks = Math.Clamp(reserved, 0, BlockSize / 4) };
    }

    private ExtGeometry WithCopiesOf(Superblock superblock)
    {
        ExtGeometry geometry = this;
        if (superblock.Compat.HasFlag(CompatFeatures.SparseSuper2))
        {
            var (first, second) = superblock.BackupGroups;
            geometry = geometry with
            {
                BackupGroups = ((int)Math.Min(first, int.MaxValue), (int)Math.Min(second, int.MaxValue)),
            };
        }

        if (!superblock.Incompat.HasFlag(IncompatFeatures.MetaBg))
            return geometry;
        Check(superblock.FirstMetaBg <= geometry.DescriptorBlocks, "s_first_meta_bg", superblock.FirstMetaBg,
            $"at most {geometry.DescriptorBlocks}, the number of descriptor blocks");
        Check(!superblock.Compat.HasFlag(CompatFeatures.ResizeInode), "s_feature_compat", (long)superblock.Compat,
            "without resize_inode, which does not go with meta_bg");
        return geometry with { FirstMetaBg = (int)superblock.FirstMetaBg };
    }

    private bool IsInMetaBg(int descriptorBlock) => descriptorBlock >= FirstMetaBg;

    /// <summary>Of the groups that a descriptor block describes, the first two and the last have it.</summary>
    private bool IsMetaCopy(int group)
    {
        int place = group % DescriptorsPerBlock;
        return place is 0 or 1 || place == DescriptorsPerBlock - 1;
    }

    private static bool IsPower(int number, int of)
    {
        while (number % of == 0)
            number /= of;
        return number == 1;
    }
}
