using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>Which features of an ext volume are understood well enough to change it; all others are refused by name.</summary>
internal static class FeaturePolicy
{
    public const CompatFeatures Compat =
        CompatFeatures.DirPrealloc | CompatFeatures.HasJournal | CompatFeatures.ExtAttr | CompatFeatures.ResizeInode
        | CompatFeatures.DirIndex | CompatFeatures.OrphanFile;

    public const IncompatFeatures Incompat =
        IncompatFeatures.FileType | IncompatFeatures.Extents | IncompatFeatures.Bit64 | IncompatFeatures.FlexBg
        | IncompatFeatures.ChecksumSeed;

    public const ReadOnlyFeatures ReadOnly =
        ReadOnlyFeatures.SparseSuper | ReadOnlyFeatures.LargeFile | ReadOnlyFeatures.HugeFile
        | ReadOnlyFeatures.GroupChecksum | ReadOnlyFeatures.DirNlink | ReadOnlyFeatures.ExtraIsize
        | ReadOnlyFeatures.MetadataChecksum;

    /// <summary>Refuses a volume that uses a feature which is not in the sets above, or that was not unmounted cleanly.</summary>
    /// <exception cref="UnsupportedImageException">Names the features, or says what state the volume is in.</exception>
    public static void Require(Superblock superblock)
    {
        string[] unknown =
        [
            .. Names(superblock.Compat & ~Compat),
            .. Names(superblock.Incompat & ~Incompat & ~IncompatFeatures.NeedsRecovery),
            .. Names(superblock.ReadOnly & ~ReadOnly & ~ReadOnlyFeatures.OrphanPresent),
        ];
        if (unknown.Length > 0)
            throw new UnsupportedImageException(
                $"The ext volume uses {string.Join(", ", unknown)}, which cannot be shrunk safely. "
                + "Use --no-shrink to leave it as it is and only skip its free space.");
        bool dirty = superblock.Incompat.HasFlag(IncompatFeatures.NeedsRecovery)
            || superblock.ReadOnly.HasFlag(ReadOnlyFeatures.OrphanPresent)
            || superblock.LastOrphan != 0;
        if (dirty)
            throw new UnsupportedImageException(
                "The ext volume was not unmounted cleanly: its journal holds changes that are not in place yet. "
                + "Shut the system down properly and read the card again, or run e2fsck on the volume once.");
        if ((superblock.State & FsState.ErrorsDetected) != 0 || superblock.ErrorCount != 0)
            throw new UnsupportedImageException(
                $"The ext volume is marked as having errors (s_state 0x{superblock.State:X4}, {superblock.ErrorCount} recorded). "
                + "Run 'e2fsck -f' on it, or use --no-shrink to only skip its free space.");
        if ((superblock.State & FsState.CleanlyUnmounted) == 0)
            throw new UnsupportedImageException(
                $"The ext volume is not marked clean (s_state 0x{superblock.State:X4}) and nothing can be replayed. "
                + "Run 'e2fsck -f' on it, or use --no-shrink to only skip its free space.");
        if (superblock.JournalDevice != 0 || superblock.JournalUuid.ContainsAnyExcept((byte)0))
            throw new UnsupportedImageException("The ext volume keeps its journal on another device (s_journal_uuid), which cannot be shrunk safely.");
    }

    /// <summary>The names of the set bits; bits without a name as a hexadecimal number.</summary>
    private static IEnumerable<string> Names<T>(T features)
        where T : struct, Enum
    {
        ulong rest = Convert.ToUInt64(features);
        foreach (T known in Enum.GetValues<T>())
        {
            ulong bit = Convert.ToUInt64(known);
            if (bit == 0 || (rest & bit) == 0)
                continue;
            rest &= ~bit;
            yield return $"the feature '{known}'";
        }

        if (rest != 0)
            yield return $"an unknown {typeof(T).Name} flag 0x{rest:X}";
    }
}
