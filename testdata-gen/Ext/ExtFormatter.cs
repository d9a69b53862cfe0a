using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.SampleCards.Ext;

/// <summary>Makes empty ext4 volumes that e2fsck has nothing to say about, without any native tool.</summary>
public static class ExtFormatter
{
    /// <summary>Makes a volume that fills <paramref name="volume"/>.</summary>
    /// <param name="volume">The partition, 2 MiB at least. It must read as zeros: what is zero in the result is not written.</param>
    /// <param name="format">What the volume is to be like.</param>
    /// <exception cref="NotEnoughSpaceException">The partition is too small.</exception>
    public static void Format(IBlockStore volume, ExtFormat format)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(format);
        if (format.BlockSize is not (1024 or 2048 or 4096))
            throw new ArgumentOutOfRangeException(nameof(format), $"Blocks of {format.BlockSize} bytes; 1024, 2048 or 4096 are possible.");
        if (format.Flavour == ExtFlavour.RaspberryPi && (format.OrphanFile || format.ChecksumSeed))
            throw new ArgumentException("An orphan file and a checksum seed need the default flavour.", nameof(format));

        var draft = new ExtDraft(volume, format);
        GroupLayout.Place(draft);
        HiddenFiles.WriteJournal(draft);
        Superblock superblock = draft.Superblock;
        superblock.OverheadClusters = (uint)draft.Used.Count;

        FirstDirectories.Write(draft);
        HiddenFiles.WriteResizeInode(draft);
        if (format.OrphanFile)
            HiddenFiles.WriteOrphanFile(draft);

        GroupLayout.WriteBitmaps(draft);
        draft.WriteSuperblocks();
    }
}
