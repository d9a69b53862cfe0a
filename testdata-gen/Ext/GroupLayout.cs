using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.SampleCards.Ext;

/// <summary>Places the bitmaps and inode tables of a new volume, and fills the bitmaps in at the end.</summary>
internal static class GroupLayout
{
    /// <summary>
    /// Packs the structures of sixteen groups at a time into the first of them: bitmaps, bitmaps, tables.
    /// </summary>
    /// <remarks>With small blocks the tables of sixteen groups overflow into the groups that follow.</remarks>
    public static void Place(ExtDraft draft)
    {
        ExtGeometry geometry = draft.Geometry;
        for (int first = 0; first < geometry.GroupCount; first += NewSuperblock.GroupsPerFlex)
        {
            long goal = geometry.GroupStart(first);
            int end = Math.Min(first + NewSuperblock.GroupsPerFlex, geometry.GroupCount);
            for (int group = first; group < end; group++)
            {
                GroupDescriptor descriptor = draft.Groups[group];
                descriptor.BlockBitmap = draft.Take(1, goal);
            }

            for (int group = first; group < end; group++)
            {
                GroupDescriptor descriptor = draft.Groups[group];
                descriptor.InodeBitmap = draft.Take(1, goal);
            }

            for (int group = first; group < end; group++)
            {
                GroupDescriptor descriptor = draft.Groups[group];
                descriptor.InodeTable = draft.Take(geometry.InodeTableBlocks, goal);
            }
        }
    }

    /// <summary>Writes the bitmaps and counts; with checksums, untouched groups are only marked as such.</summary>
    public static void WriteBitmaps(ExtDraft draft)
    {
        ExtGeometry geometry = draft.Geometry;
        Superblock superblock = draft.Superblock;
        for (int group = 0; group < geometry.GroupCount; group++)
        {
            GroupDescriptor descriptor = draft.Groups[group];
            WriteBlockBitmap(draft, group, descriptor);
            WriteInodeBitmap(draft, group, descriptor);
            if (draft.Checksums.Groups)
                descriptor.Flags |= GroupFlags.InodeZeroed;
            superblock.FreeBlocks += descriptor.FreeBlocks;
            superblock.FreeInodes += descriptor.FreeInodes;
        }
    }

    private static void WriteBlockBitmap(ExtDraft draft, int group, GroupDescriptor descriptor)
    {
        ExtGeometry geometry = draft.Geometry;
        long start = geometry.GroupStart(group), end = geometry.GroupEnd(group);
        long used = draft.Used.CountIn(start, end - start);
        descriptor.FreeBlocks = (uint)(end - start - used);
        // The last group is never left to be worked out: its length is not in its descriptor.
        if (draft.Checksums.Groups && used == geometry.FixedBlocks(group) && group < geometry.GroupCount - 1)
        {
            descriptor.Flags |= GroupFlags.BlockUninit;
            return;
        }

        byte[] bitmap = Bitmaps.Render(draft.Used, start, end, geometry.BlockSize);
        draft.WriteBlock(descriptor.BlockBitmap, bitmap);
        if (draft.Checksums.Metadata)
            descriptor.BlockBitmapChecksum = draft.Checksums.Bitmap(
                bitmap, geometry.BlocksPerGroup, geometry.DescriptorSize);
    }

    private static void WriteInodeBitmap(ExtDraft draft, int group, GroupDescriptor descriptor)
    {
        ExtGeometry geometry = draft.Geometry;
        long start = (long)group * geometry.InodesPerGroup, end = start + geometry.InodesPerGroup;
        int used = (int)draft.UsedInodes.CountIn(start, geometry.InodesPerGroup);
        descriptor.FreeInodes = (uint)(geometry.InodesPerGroup - used);
        if (draft.Checksums.Groups)
        {
            var last = draft.UsedInodes.Runs(start, end).LastOrDefault((Start: start, Count: 0));
            descriptor.UnusedInodes = (uint)(end - last.Start - last.Count);
            if (used == 0)
            {
                descriptor.Flags |= GroupFlags.InodeUninit;
                return;
            }
        }

        byte[] bitmap = Bitmaps.Render(draft.UsedInodes, start, end, geometry.BlockSize);
        draft.WriteBlock(descriptor.InodeBitmap, bitmap);
        if (draft.Checksums.Metadata)
            descriptor.InodeBitmapChecksum = draft.Checksums.Bitmap(
                bitmap, geometry.InodesPerGroup, geometry.DescriptorSize);
    }
}
