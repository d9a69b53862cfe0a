using ImgShrink.Blocks;
using ImgShrink.FileSystems.Btrfs;
using ImgShrink.FileSystems.Erofs;
using ImgShrink.FileSystems.ExFat;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.F2fs;
using ImgShrink.FileSystems.Fat;
using ImgShrink.FileSystems.Ntfs;
using ImgShrink.FileSystems.Squashfs;
using ImgShrink.FileSystems.Swap;
using ImgShrink.FileSystems.Xfs;

namespace ImgShrink.FileSystems;

/// <summary>Tells what is in a partition.</summary>
public static class FileSystemProbe
{
    /// <summary>What has neither files that are edited nor a size that is changed.</summary>
    private static readonly VolumeFormat[] s_formats =
    [
        new("swap", SwapArea.Open, SwapArea.Marks),
        new("squashfs", SquashfsVolume.Open, Mark.Text(0, "hsqs")),
        new("erofs", ErofsVolume.Open, new Mark(1024, [0xE2, 0xE1, 0xF5, 0xE0])),
        new("exfat", ExFatVolume.Open, Mark.Text(3, "EXFAT   ")),
        new("ntfs", NtfsVolume.Open, Mark.Text(3, "NTFS    ")),
        new("btrfs", BtrfsVolume.Open, Mark.Text(0x10040, "_BHRfS_M")),
        new("xfs", XfsVolume.Open, Mark.Text(0, "XFSB")),
        new("f2fs", F2fsVolume.Open, new Mark(0x400, [0x10, 0x20, 0xF5, 0xF2])),
        new("luks", null, new Mark(0, [.. "LUKS"u8, 0xBA, 0xBE])),
        new("lvm", null, Mark.Text(0x18, "LVM2 001"), Mark.Text(0x218, "LVM2 001"), Mark.Text(0x418, "LVM2 001"),
            Mark.Text(0x618, "LVM2 001")),
        new("raid", null, new Mark(0, [0xFC, 0x4E, 0x2B, 0xA9]), new Mark(4096, [0xFC, 0x4E, 0x2B, 0xA9])),
        new("bitlocker", null, Mark.Text(3, "-FVE-FS-")),
        new("hfsplus", null, new Mark(1024, [.. "H+"u8, 0, 4]), new Mark(1024, [.. "HX"u8, 0, 5])),
        new("apfs", null, Mark.Text(32, "NXSB")),
        new("iso9660", null, Mark.Text(0x8001, "CD001")),
        new("jfs", null, Mark.Text(0x8000, "JFS1")),
        new("reiserfs", null, Mark.Text(0x10034, "ReIsErFs"), Mark.Text(0x10034, "ReIsEr2Fs"), Mark.Text(0x10034, "ReIsEr3Fs")),
    ];

    /// <summary>
    /// Opens a volume with the file system that recognises it; what nobody recognises is an
    /// <see cref="OpaqueVolume"/>, and so is what looks like several: old marks may survive a new format.
    /// </summary>
    /// <exception cref="CorruptImageException">It is ext or FAT, and found damaged.</exception>
    public static IVolume Open(IBlockSource volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (ExtVolume.Recognises(volume))
            return ExtVolume.Open(volume);
        if (FatVolume.TryOpen(volume) is { } fat)
            return fat;
        VolumeFormat[] found = [.. s_formats.Where(format => format.Recognises(volume))];
        return found switch
        {
            [] => new OpaqueVolume(volume.Length),
            [var only] => only.OpenOrKeep(volume),
            _ => new OpaqueVolume(volume.Length, found[0].Name,
                $"It has the marks of {string.Join(" and ", found.Select(format => format.Name))}, so all of it is kept."),
        };
    }
}
