using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>Checks fields of an inode against each other and against the features of the volume.</summary>
internal sealed class InodeFieldAudit(ExtVolume volume, AuditReport report)
{
    private readonly InodeFlags _foreign = ForeignFlags(volume.Superblock);

    /// <exception cref="CorruptImageException">What the inode is cannot be told, or a field is impossible.</exception>
    public void Check(InodeNumber number, Inode inode)
    {
        if (number == InodeNumber.BadBlocks)
            throw ExtDamage.In(number, "i_mode", $"0x{inode.Mode:X4}", "0: it is for bad blocks, and has none");
        if (number == InodeNumber.Root && !inode.IsDirectory)
            throw ExtDamage.In(number, "i_mode", $"0x{inode.Mode:X4}", "a directory: it is the root");
        if (inode.Kind is not (FileKind.Regular or FileKind.Directory or FileKind.SymbolicLink or FileKind.CharDevice
            or FileKind.BlockDevice or FileKind.Fifo or FileKind.Socket))
            throw ExtDamage.In(number, "i_mode", $"0x{inode.Mode:X4}", "one of the seven kinds of files");
        if (inode.DeletionTime != 0)
            CheckDeletionTime(number, inode.DeletionTime);
        if (inode.ObsoleteFragment != 0)
            throw ExtDamage.In(number, "i_faddr", $"{inode.ObsoleteFragment}", "0");
        CheckExtraSize(number, inode);
        if ((inode.Flags & _foreign) is not InodeFlags.None and var foreign)
            throw ExtDamage.In(number, "i_flags", $"{foreign}", "no such flag: the volume does not have the feature");
        if (inode.HasMistakenTime())
            report.AddRemark(new Finding(number.ToString(), "a time", "beyond the year 2310",
                "one before 1970, most likely"));
        if (inode.Kind is not (FileKind.Regular or FileKind.Directory))
            CheckSpecial(number, inode);
    }

    /// <summary>A small number is the next one of a list of orphans; a time that stayed behind does no harm.</summary>
    private void CheckDeletionTime(InodeNumber number, uint time)
    {
        if (time <= volume.Geometry.InodeCount)
            throw ExtDamage.In(number, "i_dtime", $"{time}", "0: the inode is in use");
        report.AddRemark(new Finding(number.ToString(), "i_dtime", $"{time}", "0: the inode is in use"));
    }

    private void CheckExtraSize(InodeNumber number, Inode inode)
    {
        int most = volume.Geometry.InodeSize - Inode.CoreSize;
        if (inode.ExtraSize > most)
            throw ExtDamage.In(number, "i_extra_isize", $"{inode.ExtraSize}", $"at most {most}");
        if (inode.ExtraSize % 4 != 0)
            throw ExtDamage.In(number, "i_extra_isize", $"{inode.ExtraSize}", "a multiple of 4");
    }

    /// <summary>Devices, fifos and sockets have no content; they and links have no use for some flags.</summary>
    private void CheckSpecial(InodeNumber number, Inode inode)
    {
        if (inode.Kind != FileKind.SymbolicLink)
        {
            if (inode.Size != 0)
                throw ExtDamage.In(number, "i_size", $"{inode.Size}", "0: it is a device, a fifo or a socket");
            if ((inode.Flags & (InodeFlags.Extents | InodeFlags.InlineData)) != 0)
                throw ExtDamage.In(number, "i_flags", $"{inode.Flags}", "no content: it is a device, a fifo or a socket");
        }

        if ((inode.Flags & (InodeFlags.Immutable | InodeFlags.Append)) is not InodeFlags.None and var barred)
            report.AddRemark(new Finding(number.ToString(), "i_flags", $"{barred}", "only on files and directories"));
    }

    /// <summary>The flags that mean something only with a feature that the volume does not have.</summary>
    private static InodeFlags ForeignFlags(Superblock superblock)
    {
        InodeFlags foreign = InodeFlags.ImagicInode;
        if (!superblock.Incompat.HasFlag(IncompatFeatures.CaseFold))
            foreign |= InodeFlags.CaseFolded;
        if (!superblock.Incompat.HasFlag(IncompatFeatures.EaInode))
            foreign |= InodeFlags.EaInode;
        if (!superblock.Incompat.HasFlag(IncompatFeatures.InlineData))
            foreign |= InodeFlags.InlineData;
        if (!superblock.Incompat.HasFlag(IncompatFeatures.Encrypt))
            foreign |= InodeFlags.Encrypted;
        if (!superblock.ReadOnly.HasFlag(ReadOnlyFeatures.Verity))
            foreign |= InodeFlags.Verity;
        return foreign;
    }
}
