using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>
/// Compares the bitmaps and counts of every group, and the superblock's totals, with what is really in use.
/// </summary>
internal static class BitmapAudit
{
    public static void Run(ExtVolume volume, AuditReport report)
    {
        VolumeUse use = report.Use;
        var inUse = new BlockSet(volume.Geometry.BlockCount);
        foreach (BlockSet part in (BlockSet[])[use.Metadata, use.Owned])
        {
            foreach (var (start, count) in part.Runs(0, part.Length))
                inUse.Add(start, count);
        }

        var bitmaps = new Bitmaps(volume);
        long freeBlocks = 0, freeInodes = 0;
        for (int group = 0; group < volume.Geometry.GroupCount; group++)
        {
            freeBlocks += CheckBlocks(volume, report, bitmaps, inUse, group);
            freeInodes += CheckInodes(volume, report, bitmaps, group);
        }

        report.Compare("ext superblock", "s_free_blocks_count", volume.Superblock.FreeBlocks, freeBlocks);
        report.Compare("ext superblock", "s_free_inodes_count", volume.Superblock.FreeInodes, freeInodes);
    }

    private static long CheckBlocks(ExtVolume volume, AuditReport report, Bitmaps bitmaps, BlockSet inUse, int group)
    {
        ExtGeometry geometry = volume.Geometry;
        GroupDescriptor descriptor = volume.Groups[group];
        long start = geometry.GroupStart(group), end = geometry.GroupEnd(group);
        byte[] found = bitmaps.Blocks(group);
        byte[] expected = Bitmaps.Render(inUse, start, end, geometry.BlockSize);
        string structure = $"block bitmap of group {group}";
        if (volume.Checksums.Metadata && !bitmaps.IsBlockBitmapUninit(group))
            report.Compare(structure, "bg_block_bitmap_csum", descriptor.BlockBitmapChecksum,
                volume.Checksums.Bitmap(found, geometry.BlocksPerGroup, geometry.DescriptorSize));
        if (FirstDifference(found, expected) is int bit and >= 0)
            report.Add(new Finding(structure, $"bit {bit} (block {start + bit})", IsSet(found, bit) ? "in use" : "free",
                IsSet(expected, bit) ? "in use" : "free"));
        long free = end - start - inUse.CountIn(start, end - start);
        report.Compare($"descriptor of block group {group}", "bg_free_blocks_count", descriptor.FreeBlocks, free);
        return free;
    }

    private static long CheckInodes(ExtVolume volume, AuditReport report, Bitmaps bitmaps, int group)
    {
        ExtGeometry geometry = volume.Geometry;
        GroupDescriptor descriptor = volume.Groups[group];
        byte[] found = bitmaps.Inodes(group);
        byte[] expected = report.Use.InodeBitmap(group, geometry.BlockSize);
        string structure = $"inode bitmap of group {group}";
        if (volume.Checksums.Metadata && !bitmaps.IsInodeBitmapUninit(group))
            report.Compare(structure, "bg_inode_bitmap_csum", descriptor.InodeBitmapChecksum,
                volume.Checksums.Bitmap(found, geometry.InodesPerGroup, geometry.DescriptorSize));
        long first = (long)group * geometry.InodesPerGroup + 1;
        if (FirstDifference(found, expected) is int bit and >= 0)
            report.Add(new Finding(structure, $"bit {bit} (inode {first + bit})", IsSet(found, bit) ? "in use" : "free",
                IsSet(expected, bit) ? "in use" : "free"));
        long free = geometry.InodesPerGroup - report.Use.Inodes.CountIn(first, geometry.InodesPerGroup);
        string owner = $"descriptor of block group {group}";
        report.Compare(owner, "bg_free_inodes_count", descriptor.FreeInodes, free);
        report.Compare(owner, "bg_used_dirs_count", descriptor.UsedDirs,
            report.Use.Directories.CountIn(first, geometry.InodesPerGroup));
        return free;
    }

    private static bool IsSet(byte[] bitmap, int bit) => (bitmap[bit >> 3] >> (bit & 7) & 1) != 0;

    private static int FirstDifference(byte[] left, byte[] right)
    {
        int at = left.AsSpan().CommonPrefixLength(right);
        return at == left.Length ? -1 : 8 * at + byte.TrailingZeroCount((byte)(left[at] ^ right[at]));
    }
}
