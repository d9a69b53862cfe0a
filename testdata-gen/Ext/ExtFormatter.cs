using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.SampleCards.Ext.Tree;

namespace ImgShrink.SampleCards.Ext;

/// <summary>Makes empty ext4 volumes that e2fsck has nothing to say about, without any native tool.</summary>
public static class ExtFormatter
{
    /// <summary>Makes a volume that fills <paramref name="volume"/>.</summary>
    /// <param name="volume">
    /// The partition, 2 MiB at least. It must read as zeros: what is zero in the result is not written.
    /// </param>
    /// <param name="format">What the volume is to be like.</param>
    /// <exception cref="NotEnoughSpaceException">The partition is too small.</exception>
    public static void Format(IBlockStore volume, ExtFormat format) =>
        Format(volume, format, TreeNode.Directory(), seed: 0);

    /// <summary>As the other overload, with files in it.</summary>
    /// <param name="volume">The partition.</param>
    /// <param name="format">What the volume is to be like.</param>
    /// <param name="root">The root directory with all that it holds.</param>
    /// <param name="seed">Decides the order in which files come and go, and so where they lie.</param>
    internal static void Format(IBlockStore volume, ExtFormat format, TreeNode root, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(format);
        if (format.BlockSize is not (1024 or 2048 or 4096))
            throw new ArgumentOutOfRangeException(nameof(format),
                $"Blocks of {format.BlockSize} bytes; 1024, 2048 or 4096 are possible.");
        if (format.Flavour == ExtFlavour.RaspberryPi && (format.OrphanFile || format.ChecksumSeed))
            throw new ArgumentException("An orphan file and a checksum seed need the default flavour.", nameof(format));

        var draft = new ExtDraft(volume, format);
        GroupLayout.Place(draft);
        HiddenFiles.WriteJournal(draft);
        Superblock superblock = draft.Superblock;
        superblock.OverheadClusters = (uint)draft.Used.Count;

        long rootBlock = draft.Take(1, draft.Geometry.FirstDataBlock);
        LostAndFound.Write(draft);
        HiddenFiles.WriteResizeInode(draft);
        if (format.OrphanFile)
            HiddenFiles.WriteOrphanFile(draft);
        TreeWriter.Write(draft, root, rootBlock, seed);

        GroupLayout.WriteBitmaps(draft);
        draft.WriteSuperblocks();
    }
}
