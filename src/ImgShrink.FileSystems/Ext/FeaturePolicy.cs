using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>
/// Which features of an ext volume are understood well enough to change it; all others are refused by name.
/// </summary>
internal static class FeaturePolicy
{
    public const CompatFeatures Compat =
        CompatFeatures.DirPrealloc | CompatFeatures.HasJournal | CompatFeatures.ExtAttr | CompatFeatures.ResizeInode
        | CompatFeatures.DirIndex | CompatFeatures.FastCommit | CompatFeatures.OrphanFile | CompatFeatures.SparseSuper2
        | CompatFeatures.StableInodes;

    public const IncompatFeatures Incompat =
        IncompatFeatures.FileType | IncompatFeatures.Extents | IncompatFeatures.Bit64 | IncompatFeatures.FlexBg
        | IncompatFeatures.ChecksumSeed | IncompatFeatures.LargeDir | IncompatFeatures.NeedsRecovery
        | IncompatFeatures.EaInode | IncompatFeatures.InlineData | IncompatFeatures.MetaBg
        | IncompatFeatures.MultiMountProtection | IncompatFeatures.Encrypt | IncompatFeatures.CaseFold;

    public const ReadOnlyFeatures ReadOnly =
        ReadOnlyFeatures.SparseSuper | ReadOnlyFeatures.LargeFile | ReadOnlyFeatures.HugeFile
        | ReadOnlyFeatures.GroupChecksum | ReadOnlyFeatures.DirNlink | ReadOnlyFeatures.ExtraIsize
        | ReadOnlyFeatures.MetadataChecksum | ReadOnlyFeatures.OrphanPresent | ReadOnlyFeatures.Verity
        | ReadOnlyFeatures.Project | ReadOnlyFeatures.Quota;

    private const int MostLogBlockSize = 5;

    private const string NoShrinkAdvice = "With --no-shrink it is copied as it is.";

    // As mke2fs and tune2fs spell them; those that are not here are spelled like the member.
    private static readonly Dictionary<string, string> s_spelling = new()
    {
        [nameof(CompatFeatures.ImagicInodes)] = "imagic_inodes",
        [nameof(CompatFeatures.LazyBg)] = "lazy_bg",
        [nameof(CompatFeatures.ExcludeInode)] = "exclude_inode",
        [nameof(CompatFeatures.ExcludeBitmap)] = "exclude_bitmap",
        [nameof(CompatFeatures.SparseSuper2)] = "sparse_super2",
        [nameof(CompatFeatures.StableInodes)] = "stable_inodes",
        [nameof(IncompatFeatures.JournalDevice)] = "journal_dev",
        [nameof(IncompatFeatures.MetaBg)] = "meta_bg",
        [nameof(IncompatFeatures.MultiMountProtection)] = "mmp",
        [nameof(IncompatFeatures.EaInode)] = "ea_inode",
        [nameof(IncompatFeatures.LargeDir)] = "large_dir",
        [nameof(IncompatFeatures.InlineData)] = "inline_data",
        [nameof(ReadOnlyFeatures.HasSnapshot)] = "has_snapshot",
        [nameof(ReadOnlyFeatures.ReadOnly)] = "read-only",
        [nameof(ReadOnlyFeatures.SharedBlocks)] = "shared_blocks",
    };

    /// <summary>
    /// Refuses a volume that uses a feature which is not in the sets above, or that is marked as damaged.
    /// </summary>
    /// <exception cref="UnsupportedImageException">Names the features, or says what state the volume is in.</exception>
    public static void Require(Superblock superblock)
    {
        string[] unknown =
        [
            .. Names(superblock.Compat & ~Compat, "s_feature_compat"),
            .. Names(superblock.Incompat & ~Incompat, "s_feature_incompat"),
            .. Names(superblock.ReadOnly & ~ReadOnly, "s_feature_ro_compat"),
        ];
        if (unknown.Length > 0)
            throw new UnsupportedImageException(
                $"The ext volume uses {string.Join(", ", unknown)}, which cannot be shrunk safely. "
                + NoShrinkAdvice);
        if ((superblock.State & FsState.ErrorsDetected) != 0 || superblock.ErrorCount != 0)
            throw new UnsupportedImageException(
                $"The ext volume is marked as having errors (s_state 0x{superblock.State:X4}, {superblock.ErrorCount} recorded). "
                + $"Run 'e2fsck -f' on it. {NoShrinkAdvice}");
        if ((superblock.State & FsState.CleanlyUnmounted) == 0)
            throw new UnsupportedImageException(
                $"The ext volume is not marked clean (s_state 0x{superblock.State:X4}) and nothing can be replayed. "
                + $"Run 'e2fsck -f' on it. {NoShrinkAdvice}");
        if (superblock.HasExternalJournal && superblock.JournalInode != 0)
            throw new UnsupportedImageException(
                "The ext volume names two journals, one in it (s_journal_inum) and one on another device (s_journal_uuid). "
                + NoShrinkAdvice);
        if (superblock.HasExternalJournal && superblock.Incompat.HasFlag(IncompatFeatures.NeedsRecovery))
            throw new UnsupportedImageException(
                "The ext volume was not unmounted cleanly, and keeps its journal on another device (s_journal_uuid), so it "
                + $"cannot be replayed. {NoShrinkAdvice}");
        if (superblock.LogBlockSize > MostLogBlockSize)
            throw new UnsupportedImageException(
                $"The ext volume has blocks of {1024 << (int)superblock.LogBlockSize} bytes, at most 32768 are handled. {NoShrinkAdvice}");
        if (superblock.BlocksCount > uint.MaxValue)
            throw new UnsupportedImageException(
                $"The ext volume has {superblock.BlocksCount} blocks, at most 2^32 - 1 are handled. {NoShrinkAdvice}");
    }

    /// <summary>The names of the set bits; bits without a name as a hexadecimal number.</summary>
    private static IEnumerable<string> Names<T>(T features, string field)
        where T : struct, Enum
    {
        ulong rest = Convert.ToUInt64(features);
        foreach (T known in Enum.GetValues<T>())
        {
            ulong bit = Convert.ToUInt64(known);
            if (bit == 0 || (rest & bit) == 0)
                continue;
            rest &= ~bit;
            yield return $"the feature '{s_spelling.GetValueOrDefault(known.ToString(), known.ToString().ToLowerInvariant())}'";
        }

        if (rest != 0)
            yield return $"an unknown flag 0x{rest:X} in {field}";
    }
}
