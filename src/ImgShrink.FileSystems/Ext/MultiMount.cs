using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>Multiple mount protection (mmp): a block in which each system that uses the volume counts on and on.</summary>
/// <remarks>No inode owns the block, and its checksum does not cover where it is.</remarks>
internal static class MultiMount
{
    /// <summary>The block, wherever the superblock says that it is; null where the volume has none.</summary>
    public static long? BlockOf(ExtVolume volume) =>
        volume.Superblock.Incompat.HasFlag(IncompatFeatures.MultiMountProtection) ? volume.Superblock.MmpBlock : null;

    /// <summary>Refuses a volume that was in use when it was read; a damaged block is left to the audit.</summary>
    /// <exception cref="UnsupportedImageException">The sequence number is not that of a volume at rest.</exception>
    public static void RequireIdle(ExtVolume volume)
    {
        if (BlockOf(volume) is not { } number || !volume.IsInside(number))
            return;
        var block = new MmpBlock(volume.ReadBlock(number));
        if (block.Magic == MmpBlock.ExpectedMagic && block.Sequence != MmpBlock.Clean)
            throw new UnsupportedImageException(
                $"The ext volume was in use when it was read, by '{block.NodeName}' (mmp_seq 0x{block.Sequence:X8}). Shut that "
                + "system down properly and read the card again; if none uses it, 'tune2fs -f -E clear_mmp' says so on the volume. "
                + "With --no-shrink it is copied as it is.");
    }

    /// <summary>Checks the block and claims it.</summary>
    public static void Check(ExtVolume volume, AuditReport report)
    {
        if (BlockOf(volume) is not { } number)
            return;
        if (!volume.IsInside(number) || !report.Use.TryClaim(number, 1))
        {
            report.Add(new Finding("ext superblock", "s_mmp_block", $"{number}", "a block that nothing else uses"));
            return;
        }

        var block = new MmpBlock(volume.ReadBlock(number));
        report.Compare($"mmp block {number}", "mmp_magic", block.Magic, MmpBlock.ExpectedMagic);
        if (volume.Checksums.Metadata)
            report.Compare($"mmp block {number}", "mmp_checksum", block.Checksum, volume.Checksums.OfMmp(block));
    }
}
